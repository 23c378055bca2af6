/** Mitigation actions: what may be done about a finding or a violation. */
import { alreadyExists, invalid } from "../errors.ts";
import { type ApiContext, defineFamily, type Paged, pageOf, required } from "../operation.ts";
import { keepTags, type Tag } from "../tags.ts";

export interface ActionRow {
  actionName: string;
  actionArn: string;
  actionId: string;
  actionType: string;
  roleArn: string;
  actionParams: Record<string, unknown>;
  creationDate: number;
  lastModifiedDate: number;
}

type Members = Pick<ActionRow, "actionName" | "roleArn" | "actionParams"> & { tags?: Tag[] };

/** Type by the member of actionParams that is there. */
const types: Readonly<Record<string, string>> = {
  updateDeviceCertificateParams: "UPDATE_DEVICE_CERTIFICATE",
  updateCACertificateParams: "UPDATE_CA_CERTIFICATE",
  addThingsToThingGroupParams: "ADD_THINGS_TO_THING_GROUP",
  replaceDefaultPolicyVersionParams: "REPLACE_DEFAULT_POLICY_VERSION",
  enableIoTLoggingParams: "ENABLE_IOT_LOGGING",
  publishFindingToSnsParams: "PUBLISH_FINDING_TO_SNS",
};

/** An account has no more (AWS IoT Device Defender quotas). */
const ACTIONS_MAX = 100;

export const actionsOf = ({ registry }: ApiContext) =>
  registry.table<ActionRow>("mitigationActions");

export const actionOf = (name: string, context: ApiContext) =>
  required(actionsOf(context), "Mitigation action", name);

/** As tasks show the actions that they were started with. */
export const definitionOf = ({ actionName, actionId, roleArn, actionParams }: ActionRow) => ({
  name: actionName,
  id: actionId,
  roleArn,
  actionParams,
});

function typeOf(params: Record<string, unknown>): string {
  const [name, ...more] = Object.keys(params);
  const type = name === undefined ? undefined : types[name];
  if (type === undefined || more.length > 0) {
    throw invalid("actionParams must have exactly one kind of parameters");
  }
  return type;
}

function freshAction(name: string, context: ApiContext): ActionRow {
  const now = context.nowS();
  return {
    actionName: name,
    actionArn: context.arnOf("mitigationaction", name),
    actionId: context.newUuid(),
    actionType: "ADD_THINGS_TO_THING_GROUP",
    roleArn: `arn:aws:iam::${context.accountId}:role/mitigation`,
    actionParams: {},
    creationDate: now,
    lastModifiedDate: now,
  };
}

export const mitigationActions = defineFamily({
  handlers: {
    CreateMitigationAction({ actionName, roleArn, actionParams, tags }: Members, context) {
      const table = actionsOf(context);
      const known = table.get(actionName);
      if (known !== undefined)
        throw alreadyExists("Mitigation action", actionName, known.actionArn);
      if (table.size >= ACTIONS_MAX)
        throw invalid(`There are ${ACTIONS_MAX} mitigation actions, which is the most`);
      const row = {
        ...freshAction(actionName, context),
        roleArn,
        actionParams,
        actionType: typeOf(actionParams),
      };
      table.put(actionName, row);
      keepTags(row.actionArn, tags ?? [], context);
      return row;
    },
    DescribeMitigationAction: ({ actionName }: Members, context) => actionOf(actionName, context),
    UpdateMitigationAction(
      { actionName, roleArn, actionParams }: Partial<Members> & { actionName: string },
      context,
    ) {
      const row = { ...actionOf(actionName, context), lastModifiedDate: context.nowS() };
      if (roleArn !== undefined) row.roleArn = roleArn;
      if (actionParams !== undefined)
        Object.assign(row, { actionParams, actionType: typeOf(actionParams) });
      actionsOf(context).put(actionName, row);
      return row;
    },
    DeleteMitigationAction({ actionName }: Members, context) {
      actionsOf(context).delete(actionName);
      return {};
    },
    ListMitigationActions(input: Paged & { actionType?: string }, context) {
      const rows = actionsOf(context)
        .rows()
        .filter(
          ({ actionType }) => input.actionType === undefined || actionType === input.actionType,
        );
      const { page, next } = pageOf(rows, input);
      return { actionIdentifiers: page, ...next };
    },
  },
  imports: {
    DescribeMitigationAction(_input: object, output: ActionRow, context) {
      actionsOf(context).put(output.actionName, {
        ...freshAction(output.actionName, context),
        ...output,
      });
    },
    ListMitigationActions(
      _input: object,
      output: { actionIdentifiers: Partial<ActionRow>[] },
      context,
    ) {
      for (const identifier of output.actionIdentifiers) {
        const name = identifier.actionName ?? "";
        const known = actionsOf(context).get(name) ?? freshAction(name, context);
        actionsOf(context).put(name, { ...known, ...identifier });
      }
    },
  },
});
