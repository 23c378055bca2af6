/**
 * How often ML behaviors alarm of ordinary traffic, against the rate that is stated for the confidence,
 * and how many shifts of four deviations they find within three datapoints. Traffic is generated: with
 * rhythms of day and week, scattered evenly, in proportion, or skewed.
 */
import { confidenceLevels } from "../../agent/detect/criteria.ts";
import { mlFiguresOf, scatters } from "../../test/fixtures/seasonal.ts";
import type { Figure } from "./figure.ts";

export default async function* ml(): AsyncGenerator<Figure> {
  for (const scatter of scatters) {
    for (const confidence of confidenceLevels) {
      const { falseAlarms, ofStated, shiftsFound } = mlFiguresOf(confidence, { scatter });
      yield {
        name: `ml.false_alarms.${confidence}.${scatter}`,
        value: falseAlarms,
        unit: "of ordinary datapoints",
        ratio: ofStated,
        against: "the stated rate",
        runs: 1,
      };
      yield {
        name: `ml.shifts_found.${confidence}.${scatter}`,
        value: shiftsFound,
        unit: "of shifts by 4 deviations, within 3 datapoints",
        runs: 1,
      };
    }
  }
}
