/** Role aliases: IAM roles under names that devices may ask credentials for. */
import { alreadyExists } from "../errors.ts";
import { type ApiContext, defineFamily, pageMarked, required } from "../operation.ts";
import { keepTags, type Tag } from "../tags.ts";

interface RoleAliasRow {
  roleAlias: string;
  roleAliasArn: string;
  roleArn: string;
  owner: string;
  credentialDurationSeconds: number;
  creationDate: number;
  lastModifiedDate: number;
}

type Members = Pick<RoleAliasRow, "roleAlias" | "roleArn"> & {
  credentialDurationSeconds?: number;
  tags?: Tag[];
};

const CREDENTIAL_S_DEFAULT = 3600;

const aliasesOf = ({ registry }: ApiContext) => registry.table<RoleAliasRow>("roleAliases");
const aliasOf = (name: string, context: ApiContext) =>
  required(aliasesOf(context), "Role alias", name);

export function keepRoleAlias(
  given: Partial<RoleAliasRow> & { roleAlias: string },
  context: ApiContext,
): RoleAliasRow {
  const now = context.nowS();
  const row = {
    roleAliasArn: context.arnOf("rolealias", given.roleAlias),
    roleArn: `arn:aws:iam::${context.accountId}:role/${given.roleAlias}`,
    owner: context.accountId,
    credentialDurationSeconds: CREDENTIAL_S_DEFAULT,
    ...{ creationDate: now, lastModifiedDate: now },
    ...aliasesOf(context).get(given.roleAlias),
    ...given,
  };
  aliasesOf(context).put(given.roleAlias, row);
  return row;
}

export const roleAliases = defineFamily({
  handlers: {
    CreateRoleAlias({ tags, ...input }: Members, context) {
      const known = aliasesOf(context).get(input.roleAlias);
      if (known !== undefined)
        throw alreadyExists("Role alias", input.roleAlias, known.roleAliasArn);
      const row = keepRoleAlias(input, context);
      keepTags(row.roleAliasArn, tags ?? [], context);
      return row;
    },
    DescribeRoleAlias: ({ roleAlias }: Members, context) => ({
      roleAliasDescription: aliasOf(roleAlias, context),
    }),
    UpdateRoleAlias(input: Partial<Members> & { roleAlias: string }, context) {
      aliasOf(input.roleAlias, context);
      return keepRoleAlias({ ...input, lastModifiedDate: context.nowS() }, context);
    },
    DeleteRoleAlias({ roleAlias }: Members, context) {
      aliasOf(roleAlias, context);
      aliasesOf(context).delete(roleAlias);
      return {};
    },
    ListRoleAliases(input: { pageSize?: number; marker?: string }, context) {
      const { page, next } = pageMarked(aliasesOf(context).rows(), input);
      return { roleAliases: page.map(({ roleAlias }) => roleAlias), ...next };
    },
  },
  imports: {
    DescribeRoleAlias: (_input: object, output: { roleAliasDescription: RoleAliasRow }, context) =>
      void keepRoleAlias(output.roleAliasDescription, context),
    ListRoleAliases(_input: object, output: { roleAliases: string[] }, context) {
      for (const roleAlias of output.roleAliases) keepRoleAlias({ roleAlias }, context);
    },
  },
});
