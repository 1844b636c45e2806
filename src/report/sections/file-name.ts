import { sha256 } from "../../core/hash.ts";

/**
 * A text as the name of a file. One that is too long, or in which signs of other scripts would get lost, is clipped and
 * gets a part of its hash, so that two of them stay two.
 */
export const fileName = (text: string, most = 60): string => {
  const plain = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
  if (plain !== "" && plain.length <= most && /^[\x20-\x7e]*$/.test(text)) return plain;
  return [plain.slice(0, most - 9).replace(/-$/, ""), sha256(text).slice(0, 8)].filter((part) => part !== "").join("-");
};
