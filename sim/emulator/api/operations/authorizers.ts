/** Custom authorizers, as documents: there is no Lambda here to call. */
import { alreadyExists, ServiceError } from "../errors.ts";
import { type ApiContext, defineFamily, pageMarked, required } from "../operation.ts";
import { keepTags, type Tag } from "../tags.ts";

interface AuthorizerRow {
  authorizerName: string;
  authorizerArn: string;
  authorizerFunctionArn: string;
  tokenKeyName?: string;
  tokenSigningPublicKeys?: Record<string, string>;
  status: "ACTIVE" | "INACTIVE";
  signingDisabled?: boolean;
  creationDate: number;
  lastModifiedDate: number;
}

type Members = Partial<AuthorizerRow> & { authorizerName: string; tags?: Tag[] };

const authorizersOf = ({ registry }: ApiContext) => registry.table<AuthorizerRow>("authorizers");
const authorizerOf = (name: string, context: ApiContext) =>
  required(authorizersOf(context), "Authorizer", name);

export function keepAuthorizer(given: Members, context: ApiContext): AuthorizerRow {
  const now = context.nowS();
  const row: AuthorizerRow = {
    authorizerArn: context.arnOf("authorizer", given.authorizerName),
    authorizerFunctionArn: `arn:aws:lambda:${context.region}:${context.accountId}:function:${given.authorizerName}`,
    status: "INACTIVE",
    ...{ creationDate: now, lastModifiedDate: now },
    ...authorizersOf(context).get(given.authorizerName),
    ...given,
  };
  authorizersOf(context).put(given.authorizerName, row);
  return row;
}

export const authorizers = defineFamily({
  handlers: {
    CreateAuthorizer({ tags, ...input }: Members, context) {
      const known = authorizersOf(context).get(input.authorizerName);
      if (known !== undefined)
        throw alreadyExists("Authorizer", input.authorizerName, known.authorizerArn);
      const row = keepAuthorizer({ signingDisabled: false, ...input }, context);
      keepTags(row.authorizerArn, tags ?? [], context);
      return row;
    },
    DescribeAuthorizer: ({ authorizerName }: Members, context) => ({
      authorizerDescription: authorizerOf(authorizerName, context),
    }),
    UpdateAuthorizer(input: Members, context) {
      authorizerOf(input.authorizerName, context);
      return keepAuthorizer({ ...input, lastModifiedDate: context.nowS() }, context);
    },
    DeleteAuthorizer({ authorizerName }: Members, context) {
      const { status } = authorizerOf(authorizerName, context);
      if (status === "ACTIVE")
        throw new ServiceError(
          "DeleteConflictException",
          `Authorizer ${authorizerName} is active.`,
        );
      authorizersOf(context).delete(authorizerName);
      return {};
    },
    ListAuthorizers(
      input: { pageSize?: number; marker?: string; status?: AuthorizerRow["status"] },
      context,
    ) {
      const rows = authorizersOf(context)
        .rows()
        .filter(({ status }) => [undefined, status].includes(input.status));
      const { page, next } = pageMarked(rows, input);
      return { authorizers: page, ...next };
    },
  },
  imports: {
    DescribeAuthorizer: (
      _input: object,
      output: { authorizerDescription: AuthorizerRow },
      context,
    ) => void keepAuthorizer(output.authorizerDescription, context),
    ListAuthorizers(_input: object, output: { authorizers: Members[] }, context) {
      for (const row of output.authorizers) keepAuthorizer(row, context);
    },
  },
});
