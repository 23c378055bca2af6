/** What an account has one of: endpoints, tags on anything, logging, events, index configuration. */
import { invalid, ServiceError } from "../errors.ts";
import { type ApiContext, defineFamily, type Paged, pageOf } from "../operation.ts";
import { keepTags, type Tag } from "../tags.ts";

type Settings = Record<string, unknown>;

/** Members of one setting's document, by the setting's name. */
const settingsOf = ({ registry }: ApiContext) => registry.table<Settings>("settings");

function settingOf(name: string, context: ApiContext): Settings {
  return settingsOf(context).get(name) ?? {};
}

const set = (name: string, value: Settings, context: ApiContext) => {
  settingsOf(context).put(name, value);
  return {};
};

/** Types of DescribeEndpoint, and what their names begin with at AWS. */
const endpoints: Readonly<Record<string, string>> = {
  "iot:Data": "iot",
  "iot:Data-ATS": "iot",
  "iot:CredentialProvider": "credentials.iot",
  "iot:Jobs": "jobs.iot",
  "iot:DeviceAdvisor": "deviceadvisor.iot",
  "iot:Data-Beta": "iot-beta",
};

const EVENT_TYPES = [
  "THING",
  "THING_GROUP",
  "THING_TYPE",
  "THING_GROUP_MEMBERSHIP",
  "THING_GROUP_HIERARCHY",
  "THING_TYPE_ASSOCIATION",
  "JOB",
  "JOB_EXECUTION",
  "POLICY",
  "CERTIFICATE",
  "CA_CERTIFICATE",
];

const levelKey = (type: unknown, name: unknown) => `${type} ${name ?? ""}`;

interface LogLevelRow {
  logTarget: { targetType: string; targetName?: string };
  logLevel: string;
}

const levelsOf = ({ registry }: ApiContext) => registry.table<LogLevelRow>("loggingLevels");

export const accountSettings = defineFamily({
  handlers: {
    DescribeEndpoint({ endpointType = "iot:Data" }: { endpointType?: string }, context) {
      const prefix = endpoints[endpointType];
      if (prefix === undefined) throw invalid(`Invalid endpoint type: ${endpointType}`);
      const known = settingOf("endpoints", context)[endpointType];
      if (known !== undefined) return { endpointAddress: known };
      return { endpointAddress: context.endpoint };
    },
    TagResource({ resourceArn, tags }: { resourceArn: string; tags: Tag[] }, context) {
      keepTags(resourceArn, tags, context);
      return {};
    },
    UntagResource({ resourceArn, tagKeys }: { resourceArn: string; tagKeys: string[] }, context) {
      const table = context.registry.table<Tag[]>("tags");
      const kept = (table.get(resourceArn) ?? []).filter(({ Key }) => !tagKeys.includes(Key));
      table.put(resourceArn, kept);
      return {};
    },
    ListTagsForResource(input: Paged & { resourceArn: string }, context) {
      const { page, next } = pageOf(
        context.registry.table<Tag[]>("tags").get(input.resourceArn) ?? [],
        input,
      );
      return { tags: page, ...next };
    },
    SetV2LoggingOptions(input: Settings, context) {
      return set("logging", { ...settingOf("logging", context), ...input }, context);
    },
    GetV2LoggingOptions(_input: object, context) {
      const logging = settingOf("logging", context);
      if (logging.roleArn === undefined)
        throw new ServiceError("NotConfiguredException", "Logging is not configured.");
      return { disableAllLogs: false, ...logging };
    },
    SetV2LoggingLevel(row: LogLevelRow, context) {
      levelsOf(context).put(levelKey(row.logTarget.targetType, row.logTarget.targetName), row);
      return {};
    },
    DeleteV2LoggingLevel(
      { targetType, targetName }: { targetType: string; targetName: string },
      context,
    ) {
      levelsOf(context).delete(levelKey(targetType, targetName));
      return {};
    },
    ListV2LoggingLevels(input: Paged & { targetType?: string }, context) {
      const rows = levelsOf(context)
        .rows()
        .filter(({ logTarget }) => [undefined, logTarget.targetType].includes(input.targetType));
      const { page, next } = pageOf(rows, input);
      return { logTargetConfigurations: page, ...next };
    },
    SetLoggingOptions({ loggingOptionsPayload }: { loggingOptionsPayload: Settings }, context) {
      return set("loggingV1", loggingOptionsPayload, context);
    },
    GetLoggingOptions: (_input: object, context) => settingOf("loggingV1", context),
    DescribeEventConfigurations(_input: object, context) {
      const off = Object.fromEntries(EVENT_TYPES.map((type) => [type, { Enabled: false }]));
      const { eventConfigurations = {}, ...dates } = settingOf("events", context);
      return { ...dates, eventConfigurations: { ...off, ...(eventConfigurations as Settings) } };
    },
    UpdateEventConfigurations({ eventConfigurations }: { eventConfigurations: Settings }, context) {
      const known = settingOf("events", context);
      const now = context.nowS();
      const merged = { ...(known.eventConfigurations as Settings), ...eventConfigurations };
      return set(
        "events",
        { creationDate: now, ...known, lastModifiedDate: now, eventConfigurations: merged },
        context,
      );
    },
    GetIndexingConfiguration: (_input: object, context) => ({
      thingIndexingConfiguration: {
        thingIndexingMode: "OFF",
        thingConnectivityIndexingMode: "OFF",
      },
      thingGroupIndexingConfiguration: { thingGroupIndexingMode: "OFF" },
      ...settingOf("indexing", context),
    }),
    UpdateIndexingConfiguration(input: Settings, context) {
      return set("indexing", { ...settingOf("indexing", context), ...input }, context);
    },
  },
  imports: {
    DescribeEndpoint: (
      { endpointType = "iot:Data" }: { endpointType?: string },
      output: { endpointAddress: string },
      context,
    ) =>
      void set(
        "endpoints",
        { ...settingOf("endpoints", context), [endpointType]: output.endpointAddress },
        context,
      ),
    GetV2LoggingOptions: (_input: object, output: Settings, context) =>
      void set("logging", output, context),
    ListV2LoggingLevels(
      _input: object,
      output: { logTargetConfigurations: LogLevelRow[] },
      context,
    ) {
      for (const row of output.logTargetConfigurations) {
        levelsOf(context).put(levelKey(row.logTarget.targetType, row.logTarget.targetName), row);
      }
    },
    DescribeEventConfigurations: (_input: object, output: Settings, context) =>
      void set("events", output, context),
    GetIndexingConfiguration: (_input: object, output: Settings, context) =>
      void set("indexing", output, context),
  },
});
