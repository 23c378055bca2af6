import { suite } from "uvu";
import * as assert from "uvu/assert";
import { isWithinFilter } from "../../../agent/core/topic-filter.ts";

const test = suite("core: topic filter");

// The examples of MQTT 3.1.1 §4.7.1 and §4.7.2.
const within: [string, string, boolean][] = [
  ["sport/tennis/player1", "sport/tennis/player1/#", true],
  ["sport/tennis/player1/ranking", "sport/tennis/player1/#", true],
  ["sport/tennis/player1/score/wimbledon", "sport/tennis/player1/#", true],
  ["sport", "sport/#", true],
  ["sports", "sport/#", false],
  ["anything/at/all", "#", true],
  ["sport/tennis/player1", "sport/tennis/+", true],
  ["sport/tennis/player1/ranking", "sport/tennis/+", false],
  ["sport", "sport/+", false],
  ["sport/", "sport/+", true],
  ["/finance", "+/+", true],
  ["/finance", "/+", true],
  ["/finance", "+", false],
  ["$SYS/monitor/Clients", "#", false],
  ["$SYS/monitor/Clients", "+/monitor/Clients", false],
  ["$SYS/monitor/Clients", "$SYS/#", true],
  ["$SYS/monitor/Clients", "$SYS/monitor/+", true],
  ["plant/a", "plant/b", false],
  ["plant", "plant/a", false],
];

for (const [topic, filter, expected] of within) {
  test(`${topic} is ${expected ? "" : "not "}within ${filter}`, () => {
    assert.is(isWithinFilter(topic, filter), expected);
  });
}

test.run();
