import { Failure, UserError } from "./user-error.ts";

/** A place that cannot be what it was named for. */
const misplaced = /^(ENOENT|ENOTDIR|EISDIR|EEXIST|EACCES|EPERM|EROFS|ENAMETOOLONG|ELOOP|EINVAL)$/;

/** The machine has no more of something. */
const spent = /^(ENOSPC|EDQUOT|EFBIG|EIO|EMFILE|ENFILE|EBUSY|ENOMEM|EAGAIN)$/;

/** What the file system refused, as an error of one line; any other error as it is. */
export function toldSystemFault(error: unknown): unknown {
  const { code, syscall, path } = error as Partial<NodeJS.ErrnoException>;
  if (!(error instanceof Error) || typeof code !== "string" || typeof syscall !== "string") return error;
  const where = path === undefined ? "" : ` ${JSON.stringify(path)}`;
  const message = `cannot ${syscall}${where}: ${error.message.replace(/,[^,]*$/s, "")}`;
  if (misplaced.test(code)) return new UserError(message, { hint: "name another place", cause: error });
  return spent.test(code) ? new Failure(message, { cause: error }) : error;
}
