import { mapChildren, someNode, type Expression } from "./expression.ts";

const namesIn = (node: Expression): ReadonlySet<string> => {
  const names = new Set<string>();
  someNode(node, (part) => {
    if (part.kind === "variable") names.add(part.name);
    return false;
  });
  return names;
};

/** The formula with one letter named otherwise. */
export const rename = (node: Expression, from: string, to: string): Expression =>
  node.kind === "variable" && node.name === from
    ? { kind: "variable", name: to }
    : mapChildren(node, (child) => rename(child, from, to));

/** A term of its own: the constant of an integral. */
const isAddedTerm = (node: Expression, name: string): boolean =>
  node.kind === "sum" && node.terms.some((term) => term.kind === "variable" && term.name === name);

const hasPi = (node: Expression): boolean => someNode(node, (part) => part.kind === "constant" && part.name === "pi");

/**
 * The answer with its one letter that the gold formula lacks turned into the one that the answer lacks, where the
 * letter is free to choose: `+ C` against `+ K`, and the whole number in `2\pi n` against `2\pi k`. Else `null`.
 */
export const renameFree = (gold: Expression, answer: Expression): Expression | null => {
  const [a, b] = [namesIn(gold), namesIn(answer)];
  const [own, ...more] = [...b].filter((name) => !a.has(name));
  const [lacking, ...others] = [...a].filter((name) => !b.has(name));
  if (!own || !lacking || more.length + others.length > 0) return null;
  const constant =
    /^[CKc](?:_1)?$/.test(own) &&
    /^[CKc](?:_1)?$/.test(lacking) &&
    isAddedTerm(gold, lacking) &&
    isAddedTerm(answer, own) &&
    a.size > 1;
  const period =
    /^[knm]$/.test(own) &&
    /^[knm]$/.test(lacking) &&
    a.size === 1 &&
    hasPi(gold) &&
    hasPi(answer) &&
    gold.kind === "sum" &&
    answer.kind === "sum";
  return constant || period ? rename(answer, own, lacking) : null;
};
