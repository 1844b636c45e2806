// A grader: the last digit of the reply against the last digit of the target.
/** @type {import("overthink").Plugin<import("overthink").GraderModule<any>>} */
export default ({ z }) => ({
  options: z.strictObject({
    digits: z.string().min(1).default("0123456789").describe("What counts as a digit."),
  }),
  grade({ response, target }, { digits }) {
    const answer = Array.from(response).findLast((character) => digits.includes(character));
    if (answer === undefined) return { verdict: "no-answer", rule: "no digit in the reply" };
    const verdict = answer === target.at(-1) ? "correct" : "incorrect";
    return { verdict, answer, source: "last digit", rule: "same last digit" };
  },
});
