import { ChoiceOptions, choiceGrader } from "./choice/choice.ts";
import { ExactOptions, exactGrader } from "./exact.ts";
import { JudgeOptions, judgeGrader } from "./judge.ts";
import { MathOptions, mathGrader } from "./math.ts";
import { NumericOptions, numericGrader } from "./numeric.ts";
import { RegexOptions, regexGrader } from "./regex.ts";

/** Every grader by the name it has in an experiment file: the schema of its options, and what makes it of them. */
export const graders = {
  math: { options: MathOptions, create: mathGrader },
  choice: { options: ChoiceOptions, create: choiceGrader },
  exact: { options: ExactOptions, create: exactGrader },
  numeric: { options: NumericOptions, create: numericGrader },
  regex: { options: RegexOptions, create: regexGrader },
  judge: { options: JudgeOptions, create: judgeGrader },
} as const;
