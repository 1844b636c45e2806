import { UserError } from "../../../core/user-error.ts";

/** Loads a package that one engine alone needs; one line for who has not installed it. */
export const loadOptional = async <T>(
  { engine, name }: Readonly<{ engine: string; name: string }>,
  load: () => Promise<T>,
): Promise<T> => {
  try {
    return await load();
  } catch (cause) {
    throw new UserError(`engine ${engine} needs the package ${name}, which is not installed`, {
      cause,
      hint: `npm install ${name}`,
    });
  }
};
