import { existsSync } from "node:fs";
import type { Card } from "../../datasets/card.ts";
import type { DatasetSpec } from "../../experiment/dataset-spec.ts";
import { cachedFile } from "./cache.ts";
import { findDataset } from "./cards.ts";
import { cardGrader, type DatasetContext, type LoadedDataset } from "./load.ts";

/**
 * What is known of a data set that was not pulled yet: as many problems as its card says, without their texts. Enough
 * to plan with; `where` cannot be applied. Null where the set is here, or where its card does not know its size.
 */
export function outlineDataset(spec: DatasetSpec, { folders, cacheDir }: DatasetContext): LoadedDataset | null {
  if (spec.path !== undefined) return null;
  const found = findDataset(spec.from ?? spec.name, folders);
  if (found.card === null || !found.card.hub || found.card.count === undefined) return null;
  const file = cachedFile(found.name, found.card, cacheDir);
  return existsSync(file) ? null : outlineOf(spec, { card: found.card, count: found.card.count, file });
}

function outlineOf(
  spec: DatasetSpec,
  { card, count, file }: Readonly<{ card: Card; count: number; file: string }>,
): LoadedDataset {
  const taken = Math.min(count, spec.limit ?? count);
  return {
    name: spec.name,
    hash: "not pulled",
    problems: Array.from({ length: taken }, (_, at) => ({ id: String(at + 1), text: "", target: "", tags: {} })),
    total: count,
    grader: spec.grader ?? cardGrader(card.grader),
    file,
    sha256: "",
    confidential: spec.confidential ?? card.confidential ?? false,
    source: {},
    notes: [],
  };
}
