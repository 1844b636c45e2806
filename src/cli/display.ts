import { createLogUpdate } from "log-update";
import { inert } from "../core/inert.ts";
import { shown } from "./terminal.ts";
import type { Progress } from "../runner/progress.ts";

const nothingLeft = "nothing left to do";

const counted = ({ done, total }: Progress): string =>
  `${done.toLocaleString("en-US")}/${total.toLocaleString("en-US")}`;

/** One line of what is going on, for any width. */
export function progressLine(progress: Progress): string {
  const { done, total, errors, decodedTokens, tokensPerSecond, secondsLeft, trouble } = progress;
  if (total === 0) return nothingLeft;
  const parts = [
    `${counted(progress)} attempts`,
    ...trouble.slice(0, 1),
    trouble.length > 1 ? `and ${trouble.length - 1} more servers` : null,
    `${decodedTokens.toLocaleString("en-US")} tokens decoded`,
    `${Math.round(tokensPerSecond).toLocaleString("en-US")} tokens/s`,
    errors > 0 ? `${errors} failed` : null,
    secondsLeft === null || done === total ? null : `${duration(secondsLeft)} left`,
  ];
  return parts.filter((part) => part !== null).join("  ");
}

export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${whole % 60} s` : `${whole} s`;
}

const bar = ({ done, total }: Progress, width: number): string => {
  const filled = total === 0 ? width : Math.round((width * done) / total);
  return "█".repeat(filled) + "░".repeat(width - filled);
};

const WIDEST_BAR = 24;
const NARROWEST_BAR = 4;

/** Bar and line in the columns that there are: the bar shrinks first, then counts go; speed and time stay. */
export function fittedLine(progress: Progress, columns: number): string {
  const { done, total, errors, decodedTokens, tokensPerSecond, secondsLeft, trouble } = progress;
  const left = secondsLeft === null || done === total ? [] : [`${duration(secondsLeft)} left`];
  const [count, speed] = [counted(progress), `${Math.round(tokensPerSecond).toLocaleString("en-US")} tokens/s`];
  const failed = errors > 0 ? [`${errors} failed`] : [];
  const lines = [
    [inert(progressLine(progress))],
    [`${count} attempts`, ...trouble.slice(0, 1), speed, ...failed, ...left],
    [count, `${decodedTokens.toLocaleString("en-US")} tokens`, speed, ...failed, ...left],
    [count, speed, ...failed, ...left],
    [count, speed, ...left],
  ].map((parts) => inert(parts.join("  ")));
  const line = lines.find((text) => text.length <= columns) ?? (lines.at(-1) ?? "").slice(0, columns);
  const room = Math.min(WIDEST_BAR, columns - line.length - 2);
  return room < NARROWEST_BAR ? line : `${bar(progress, room)}  ${line}`;
}

export type Display = Readonly<{ show: (progress: Progress) => void; note: (text: string) => void; end: () => void }>;

/** On a terminal a line that is redrawn; elsewhere a plain line every `seconds`. */
export function createDisplay(stream: NodeJS.WriteStream, seconds = 10): Display {
  return stream.isTTY && !process.env["CI"] ? liveDisplay(stream) : plainDisplay(stream, seconds);
}

function liveDisplay(stream: NodeJS.WriteStream): Display {
  const update = createLogUpdate(stream);
  return {
    show: (progress) => update(shown(fittedLine(progress, Math.max(20, stream.columns - 1)))),
    note: (text) => {
      update.clear();
      stream.write(`${text}\n`);
    },
    end: () => update.done(),
  };
}

function plainDisplay(stream: NodeJS.WriteStream, seconds: number): Display {
  let shownAt = 0;
  return {
    show: (progress) => {
      if (progress.done < progress.total && progress.elapsedSeconds - shownAt < seconds) return;
      shownAt = progress.elapsedSeconds;
      stream.write(`${inert(progressLine(progress))}\n`);
    },
    note: (text) => void stream.write(`${text}\n`),
    end: () => undefined,
  };
}
