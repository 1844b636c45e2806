type Message = Readonly<{ role: unknown; content: unknown }>;

const isMessage = (value: unknown): value is Message =>
  value !== null && typeof value === "object" && "role" in value && "content" in value;

const isTextPart = (value: unknown): value is Readonly<{ text: string }> =>
  typeof (value as { text?: unknown } | null)?.text === "string";

const contentText = (content: unknown): string | null => {
  if (typeof content === "string") return content;
  return Array.isArray(content) && content.every(isTextPart) ? content.map(({ text }) => text).join("") : null;
};

/** A list of messages that a column of text holds, as JSON or as Python prints it. */
const messagesShown = /^\s*\[\s*\{(?=[^]*["']role["']\s*:)(?=[^]*["']content["']\s*:)/;

/** The messages that a text shows; the text itself where it shows none. */
export const cellMessages = (value: unknown): unknown => {
  if (typeof value !== "string" || !messagesShown.test(value)) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return { printed: value }; // as Python prints it: neither a text nor a list
  }
};

/** What is asked in a cell that holds no plain text: the one message of a user, or why it cannot be asked. */
export const questionIn = (value: unknown): Readonly<{ text: string } | { refused: string }> => {
  if (!Array.isArray(value) || value.length === 0 || !value.every(isMessage))
    return { refused: "is neither a text nor a list of messages" };
  const [message, ...more] = value as readonly Message[];
  const roles = value.map(({ role }) => String(role)).join(", ");
  if (!message || more.length > 0 || message.role !== "user")
    return { refused: `holds the messages ${roles}: one message of a user can be asked, no more` };
  const text = contentText(message.content);
  return text === null ? { refused: "holds a message that is no text" } : { text };
};
