/** An account that logs nothing. */
import { defineCheck } from "../check.ts";

export const loggingDisabled = defineCheck({
  name: "LOGGING_DISABLED_CHECK",
  severity: "LOW",
  judge({ registry, accountId }) {
    const settings = registry.table<Record<string, unknown>>("settings");
    const { roleArn, disableAllLogs, defaultLogLevel } = settings.get("logging") ?? {};
    const { roleArn: oldRole, logLevel } = settings.get("loggingV1") ?? {};
    const isOn = roleArn !== undefined && disableAllLogs !== true && defaultLogLevel !== "DISABLED";
    const isOldOn = oldRole !== undefined && logLevel !== "DISABLED";
    const found = {
      resourceType: "ACCOUNT_SETTINGS",
      resourceIdentifier: { account: accountId },
      reason: "Logging is disabled.",
      reasonCode: "LOGGING_DISABLED",
    };
    return { total: 1, found: isOn || isOldOn ? [] : [found] };
  },
});
