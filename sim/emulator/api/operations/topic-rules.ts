/** Topic rules and their HTTP destinations, as documents: the broker runs none of them yet. */
import { alreadyExists, ServiceError } from "../errors.ts";
import { type ApiContext, defineFamily, type Paged, pageOf } from "../operation.ts";
import { keepTags, type Tag } from "../tags.ts";

interface RuleRow {
  ruleName: string;
  ruleArn: string;
  sql: string;
  description?: string;
  createdAt: number;
  actions: object[];
  ruleDisabled: boolean;
  awsIotSqlVersion?: string;
  errorAction?: object;
}

interface DestinationRow {
  arn: string;
  status: string;
  statusReason?: string;
  createdAt?: number;
  lastUpdatedAt?: number;
  httpUrlProperties?: { confirmationUrl: string };
}

type Payload = Pick<RuleRow, "sql" | "actions"> & Partial<RuleRow>;

const rulesOf = ({ registry }: ApiContext) => registry.table<RuleRow>("topicRules");
const destinationsOf = ({ registry }: ApiContext) =>
  registry.table<DestinationRow>("topicRuleDestinations");

// AWS does not say whether a rule is missing or may not be seen.
function ruleOf(name: string, context: ApiContext): RuleRow {
  const row = rulesOf(context).get(name);
  if (row !== undefined) return row;
  throw new ServiceError("UnauthorizedException", `Access to topic rule '${name}' was denied`);
}

function destinationOf(arn: string, context: ApiContext): DestinationRow {
  const row = destinationsOf(context).get(arn);
  if (row !== undefined) return row;
  throw new ServiceError(
    "UnauthorizedException",
    `Access to topic rule destination '${arn}' was denied`,
  );
}

export function keepRule(
  given: Partial<RuleRow> & { ruleName: string },
  context: ApiContext,
): void {
  const fresh = {
    ruleArn: context.arnOf("rule", given.ruleName),
    ...{ sql: "SELECT * FROM 'none'", actions: [], ruleDisabled: false },
    createdAt: context.nowS(),
  };
  rulesOf(context).put(given.ruleName, {
    ...fresh,
    ...rulesOf(context).get(given.ruleName),
    ...given,
  });
}

/** "SELECT … FROM 'topic/filter' WHERE …" */
function topicOf(sql: string): string {
  return /\bfrom\s+'([^']*)'/i.exec(sql)?.[1] ?? "";
}

function requireSql({ sql }: Payload): void {
  if (/^\s*select\b[\s\S]*\bfrom\s+'/i.test(sql)) return;
  throw new ServiceError("SqlParseException", "Expected SELECT … FROM 'topic filter'");
}

export const topicRules = defineFamily({
  handlers: {
    CreateTopicRule(
      {
        ruleName,
        topicRulePayload,
        tags,
      }: { ruleName: string; topicRulePayload: Payload; tags?: string },
      context,
    ) {
      if (rulesOf(context).get(ruleName) !== undefined) throw alreadyExists("Rule", ruleName);
      requireSql(topicRulePayload);
      keepRule({ ...topicRulePayload, ruleName }, context);
      keepTags(context.arnOf("rule", ruleName), tagsOf(tags), context);
      return {};
    },
    GetTopicRule({ ruleName }: { ruleName: string }, context) {
      const row = ruleOf(ruleName, context);
      return { ruleArn: row.ruleArn, rule: row };
    },
    ReplaceTopicRule(
      { ruleName, topicRulePayload }: { ruleName: string; topicRulePayload: Payload },
      context,
    ) {
      const { ruleArn, createdAt } = ruleOf(ruleName, context);
      requireSql(topicRulePayload);
      rulesOf(context).put(ruleName, {
        ruleDisabled: false,
        ...topicRulePayload,
        ruleName,
        ruleArn,
        createdAt,
      });
      return {};
    },
    DeleteTopicRule({ ruleName }: { ruleName: string }, context) {
      ruleOf(ruleName, context);
      rulesOf(context).delete(ruleName);
      return {};
    },
    EnableTopicRule({ ruleName }: { ruleName: string }, context) {
      rulesOf(context).put(ruleName, { ...ruleOf(ruleName, context), ruleDisabled: false });
      return {};
    },
    DisableTopicRule({ ruleName }: { ruleName: string }, context) {
      rulesOf(context).put(ruleName, { ...ruleOf(ruleName, context), ruleDisabled: true });
      return {};
    },
    ListTopicRules(input: Paged & { topic?: string; ruleDisabled?: boolean }, context) {
      const rows = rulesOf(context)
        .rows()
        .filter(({ sql }) => input.topic === undefined || topicOf(sql) === input.topic)
        .filter(
          ({ ruleDisabled }) =>
            input.ruleDisabled === undefined || ruleDisabled === input.ruleDisabled,
        );
      const { page, next } = pageOf(rows, input);
      return { rules: page.map((row) => ({ ...row, topicPattern: topicOf(row.sql) })), ...next };
    },
    CreateTopicRuleDestination(
      {
        destinationConfiguration: { httpUrlConfiguration },
      }: { destinationConfiguration: { httpUrlConfiguration?: { confirmationUrl: string } } },
      context,
    ) {
      const now = context.nowS();
      const row: DestinationRow = {
        arn: context.arnOf("ruledestination/http", context.newUuid()),
        status: "IN_PROGRESS",
        statusReason: `Awaiting confirmation. Confirmation message sent on ${new Date(now * 1000).toISOString()}; no response received from the endpoint.`,
        ...{ createdAt: now, lastUpdatedAt: now },
        ...(httpUrlConfiguration !== undefined && { httpUrlProperties: httpUrlConfiguration }),
      };
      destinationsOf(context).put(row.arn, row);
      return { topicRuleDestination: row };
    },
    GetTopicRuleDestination: ({ arn }: { arn: string }, context) => ({
      topicRuleDestination: destinationOf(arn, context),
    }),
    UpdateTopicRuleDestination({ arn, status }: { arn: string; status: string }, context) {
      destinationsOf(context).put(arn, {
        ...destinationOf(arn, context),
        status,
        lastUpdatedAt: context.nowS(),
      });
      return {};
    },
    DeleteTopicRuleDestination({ arn }: { arn: string }, context) {
      destinationOf(arn, context);
      destinationsOf(context).delete(arn);
      return {};
    },
    ListTopicRuleDestinations(input: Paged, context) {
      const { page, next } = pageOf(destinationsOf(context).rows(), input);
      const summaries = page.map(({ httpUrlProperties, ...row }) => ({
        ...row,
        httpUrlSummary: httpUrlProperties,
      }));
      return { destinationSummaries: summaries, ...next };
    },
  },
  imports: {
    GetTopicRule: (_input: object, { rule }: { rule: RuleRow }, context) => keepRule(rule, context),
    ListTopicRules(_input: object, output: { rules: RuleRow[] }, context) {
      for (const rule of output.rules) keepRule(rule, context);
    },
    ListTopicRuleDestinations(
      _input: object,
      output: {
        destinationSummaries: (DestinationRow & { httpUrlSummary?: { confirmationUrl: string } })[];
      },
      context,
    ) {
      for (const { httpUrlSummary, ...row } of output.destinationSummaries)
        keepDestination(
          { ...row, ...(httpUrlSummary !== undefined && { httpUrlProperties: httpUrlSummary }) },
          context,
        );
    },
  },
});

export function keepDestination(
  given: Partial<DestinationRow> & { arn: string },
  context: ApiContext,
): void {
  destinationsOf(context).put(given.arn, { status: "IN_PROGRESS", ...given });
}

/** In a header, as a query string: "key=value&other=". */
function tagsOf(text: string | undefined): Tag[] {
  return [...new URLSearchParams(text ?? "")].map(([Key, Value]) => ({ Key, Value }));
}
