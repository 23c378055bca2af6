import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { parseIndicatorCsv } from "../../../agent/indicators/csv.ts";
import {
  INDICATORS_MAX,
  type ParsedIndicators,
  PROBLEMS_MAX,
  type Target,
} from "../../../agent/indicators/indicator.ts";
import { parseIndicatorList } from "../../../agent/indicators/list.ts";
import { parseIndicators } from "../../../agent/indicators/parse.ts";

const test = suite("indicators: lists and CSV");

/** A target in the spelling of a list. */
const textOf = (target: Target): string => {
  if (target.kind === "port") return `port/${target.port}`;
  if (target.kind === "domain") return `${target.scope}:${target.name}`;
  const words = target.address.map((word) => word.toString(16)).join(":");
  return `${words}/${target.prefix}${target.port === null ? "" : `@${target.port}`}`;
};
const shortOf = ({ indicators }: ParsedIndicators) =>
  indicators.map(({ id, target }) => `${id} ${textOf(target)}`);
const wheres = ({ problems }: ParsedIndicators) => problems.map(({ where }) => where);

test("a list: every kind of indicator, comments, and what is none", () => {
  const text = [
    "\ufeff# a feed; with comments",
    "203.0.113.9",
    "203.0.113.77/24 ; host bits may be set",
    "2001:db8::1",
    "2001:db8::/32",
    "::ffff:203.0.113.9",
    "203.0.113.9:443",
    "[2001:db8::9]:8443",
    "evil.example",
    "*.c2.example",
    ".c2.example",
    "=only.example",
    "EVIL[.]example.",
    "bücher.example",
    "tcp/4444",
    "port/1",
    "",
    "  # nothing",
    "203.0.113.300",
    "0.0.0.0/0",
    "port/65536",
    "udp/53",
    "203.0.113.9:0",
    "two words",
    "localhost",
    "https://evil.example/path",
    "a".repeat(5000),
  ].join("\r\n");
  const parsed = parseIndicatorList("feed.txt", text);
  assert.equal(shortOf(parsed), [
    "line 2 cb007109/32",
    "line 3 cb007100/24",
    "line 4 20010db8:0:0:1/128",
    "line 5 20010db8:0:0:0/32",
    "line 6 cb007109/32",
    "line 7 cb007109/32@443",
    "line 8 20010db8:0:0:9/128@8443",
    "line 9 both:evil.example",
    "line 10 below:c2.example",
    "line 11 below:c2.example",
    "line 12 self:only.example",
    "line 13 both:evil.example",
    "line 14 both:xn--bcher-kva.example",
    "line 15 port/4444",
    "line 16 port/1",
  ]);
  assert.equal(
    wheres(parsed),
    [19, 20, 21, 22, 23, 24, 25, 26, 27].map((line) => `line ${line}`),
  );
  assert.match(parsed.problems[0]!.reason, '"203.0.113.300"');
});

test("CSV: the named column, a known one, or the one with the indicators", () => {
  const named = parseIndicatorCsv("a.csv", "Peer,ip\n203.0.113.9,10.0.0.1\n", "peer");
  assert.equal(shortOf(named), ["line 2 cb007109/32"]);
  const known = parseIndicatorCsv("a.csv", 'note,"ip"\n"1.1.1.1, once",203.0.113.9\n');
  assert.equal(shortOf(known), ["line 2 cb007109/32"]);
  const guessed = parseIndicatorCsv(
    "a.csv",
    '# a comment, with "quotes"\n2026-11-24;evil.example;x\n2026-11-25;203.0.113.9;y\n',
  );
  assert.equal(shortOf(guessed), ["line 2 both:evil.example", "line 3 cb007109/32"]);
  const unknownHeader = parseIndicatorCsv("a.csv", "when\twho\n1\t203.0.113.9\n2\t203.0.113.8\n");
  assert.equal(shortOf(unknownHeader), ["line 2 cb007109/32", "line 3 cb007108/32"]);
  const ports = parseIndicatorCsv("a.csv", "dst_port\n4444\n99999\n");
  assert.equal(shortOf(ports), ["line 2 port/4444"]);
  assert.equal(wheres(ports), ["line 3"]);
});

test("CSV: quoted cells over several lines keep the count of lines", () => {
  const text =
    'ip,note\n203.0.113.9,"a ""quoted""\nline, and ""\nmore"\nbad ip,x\n"203.0.113.8"z,y';
  const parsed = parseIndicatorCsv("a.csv", text);
  assert.equal(shortOf(parsed), ["line 2 cb007109/32", "line 6 cb007108/32"]);
  assert.equal(wheres(parsed), ["line 5"]);
});

test("CSV without such a column is told", () => {
  assert.match(parseIndicatorCsv("a.csv", "a,b\n1,2\n").problems[0]!.reason, "no column");
  assert.match(parseIndicatorCsv("a.csv", "ip\n1.1.1.1\n", "peer").problems[0]!.reason, '"peer"');
});

test("problems and indicators have their bounds", () => {
  const problems = parseIndicatorList("a.txt", "?\n".repeat(PROBLEMS_MAX + 5));
  assert.equal([problems.problems.length, problems.moreProblems], [PROBLEMS_MAX, 5]);
  const many = parseIndicatorList("a.txt", "port/1\n".repeat(INDICATORS_MAX + 5));
  assert.is(many.indicators.length, INDICATORS_MAX);
  assert.equal(wheres(many), [`line ${INDICATORS_MAX + 1}`]);
});

test("any text gives a result, without control characters in what it says", () => {
  const piece = fc.oneof(
    fc.string({ unit: "binary", maxLength: 20 }),
    fc.constantFrom('"', ",", ";", "\n", "\r\n", "#", "ip", "1.2.3.4", "::1", "/8", ":80", "a.b"),
  );
  const text = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(""));
  fc.assert(
    fc.property(text, fc.constantFrom("a.txt", "a.csv", "a.json"), (hostile, name) => {
      for (const { where, reason } of parseIndicators({ name, text: hostile }).problems) {
        assert.match(where + reason, /^[\x20-\x7e]*$/);
      }
    }),
    { numRuns: 1000 },
  );
});

test.run();
