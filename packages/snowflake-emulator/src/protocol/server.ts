/**
 * The HTTP protocol that Snowflake's drivers speak: login, query, session, token, heartbeat, abort and result requests.
 * Bodies are JSON, often gzipped; results are JSON rowsets, never Arrow.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { gunzipSync } from "node:zlib";
import type { Context } from "../catalog/session";
import { SnowflakeError, unknownToEmulator } from "../errors";
import type { WireBindings } from "./bindings";
import type { LoginRequest } from "./login";
import { encodeColumns, encodeRows } from "./rowset";
import type { Answer, Sessions } from "./sessions";

/** Session parameters that drivers ask for. Without Arrow, and with times in UTC. */
const PARAMETERS = Object.entries({
  TIMEZONE: "UTC",
  AUTOCOMMIT: true,
  CLIENT_PREFETCH_THREADS: 4,
  CLIENT_RESULT_CHUNK_SIZE: 160,
  CLIENT_SESSION_KEEP_ALIVE: false,
  CLIENT_SESSION_KEEP_ALIVE_HEARTBEAT_FREQUENCY: 3600,
  CLIENT_TELEMETRY_ENABLED: false,
  PYTHON_CONNECTOR_QUERY_RESULT_FORMAT: "JSON",
  QUERY_CONTEXT_CACHE_SIZE: 5,
  SERVICE_NAME: "",
  BINARY_OUTPUT_FORMAT: "HEX",
  DATE_OUTPUT_FORMAT: "YYYY-MM-DD",
  TIME_OUTPUT_FORMAT: "HH24:MI:SS",
  TIMESTAMP_OUTPUT_FORMAT: "YYYY-MM-DD HH24:MI:SS.FF3 TZHTZM",
  TIMESTAMP_LTZ_OUTPUT_FORMAT: "",
  TIMESTAMP_NTZ_OUTPUT_FORMAT: "YYYY-MM-DD HH24:MI:SS.FF3",
  TIMESTAMP_TZ_OUTPUT_FORMAT: "",
}).map(([name, value]) => ({ name, value }));

interface Request {
  readonly url: URL;
  readonly token: string;
  /** Of the client. */
  readonly address: string;
  readonly body: Readonly<Record<string, unknown>>;
}

export function createWireServer(sessions: Sessions): Server {
  return createServer((incoming, response) => {
    void answerRequest(incoming, response, sessions);
  });
}

async function answerRequest(incoming: IncomingMessage, response: ServerResponse, sessions: Sessions): Promise<void> {
  try {
    const request = await readRequest(incoming);
    const answer = route(request, sessions);
    send(
      response,
      answer ? 200 : 404,
      answer ?? { success: false, message: `the emulator does not know ${request.url.pathname}` },
    );
  } catch (error) {
    send(response, 200, failure(error));
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

/** Of a request, unpacked. In bytes. */
const LARGEST = 64 * 1024 * 1024;

async function readRequest(incoming: IncomingMessage): Promise<Request> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const raw = Buffer.concat(chunks);
  const text = (
    incoming.headers["content-encoding"] === "gzip" ? gunzipSync(raw, { maxOutputLength: LARGEST }) : raw
  ).toString("utf8");
  const url = new URL(incoming.url ?? "/", "http://emulator");
  const token = /Snowflake Token="(.*)"/.exec(incoming.headers.authorization ?? "")?.[1] ?? "";
  const address = incoming.socket.remoteAddress ?? "";
  return { url, token, address, body: isTelemetry(url) || text === "" ? {} : JSON.parse(text) };
}

function isTelemetry({ pathname }: URL): boolean {
  return pathname.startsWith("/telemetry");
}

/** The body of the answer; undefined for an address that is not known. */
function route(request: Request, sessions: Sessions): object | undefined {
  const { pathname } = request.url;
  if (pathname === "/session/v1/login-request") return logIn(request, sessions);
  if (isTelemetry(request.url)) return { success: true };
  const context = sessions.contextOf(request.token);
  if (!context)
    return {
      ...empty(false),
      code: "390104",
      message: "Session no longer exists.  New login required to access the service.",
    };
  switch (pathname) {
    case "/session":
      if (request.url.searchParams.has("delete")) sessions.close(request.token);
      return empty(true);
    case "/session/heartbeat":
    case "/queries/v1/abort-request":
      return empty(true);
    case "/session/token-request":
      return renewed(request.token);
    case "/queries/v1/query-request":
      return runStatement(request, context, sessions);
    default:
      return answerAboutQuery(pathname, context);
  }
}

function empty(success: boolean) {
  return { data: null, code: null, message: null, success };
}

function renewed(token: string) {
  const data = { sessionToken: token, validityInSecondsST: 3600, masterToken: token, validityInSecondsMT: 14_400 };
  return { ...empty(true), data };
}

function logIn({ url, body, address }: Request, sessions: Sessions): object {
  const { searchParams } = url;
  const { token, context } = sessions.logIn({
    data: (body.data ?? {}) as LoginRequest["data"],
    role: searchParams.get("roleName"),
    database: searchParams.get("databaseName"),
    schema: searchParams.get("schemaName"),
    warehouse: searchParams.get("warehouse"),
    address,
  });
  const data = {
    token,
    masterToken: token,
    validityInSeconds: 3600,
    masterValidityInSeconds: 14_400,
    firstLogin: false,
    displayUserName: context.session.user.name,
    serverVersion: "9.30.0",
    sessionId: context.session.id,
    remMeToken: null,
    remMeValidityInSeconds: 0,
    healthCheckInterval: 45,
    newClientForUpgrade: null,
    idToken: null,
    idTokenValidityInSeconds: 0,
    responseData: null,
    mfaToken: null,
    mfaTokenValidityInSeconds: 0,
    parameters: PARAMETERS,
    sessionInfo: {
      databaseName: context.database?.name ?? null,
      schemaName: context.schema?.name ?? null,
      warehouseName: context.warehouse?.name ?? null,
      roleName: context.role.name,
    },
  };
  return { ...empty(true), data };
}

function runStatement({ body }: Request, context: Context, sessions: Sessions): object {
  refuseModes(body);
  const answer = sessions.run(context, String(body.sqlText ?? ""), body.bindings as WireBindings | null | undefined);
  return { ...empty(true), data: queryData(answer, context) };
}

/** What a driver may ask of a statement besides running it now, by itself, in the session as it is. */
function refuseModes({ describeOnly, asyncExec, bindStage, parameters }: Request["body"]): void {
  if (describeOnly) throw unknownToEmulator("statements that are to be described and not run");
  if (asyncExec) throw unknownToEmulator("asynchronous queries");
  if (bindStage) throw unknownToEmulator("bindings in a stage");
  for (const [name, value] of Object.entries(parameters ?? {})) {
    const isUsual = IMPLIED[name.toUpperCase()]?.includes(String(value).toUpperCase());
    if (!isUsual) throw unknownToEmulator(`${name} = ${value} for one statement`);
  }
}

/** Parameters that statements come with, and the values that ask for nothing but what happens anyway. */
const IMPLIED: Readonly<Record<string, readonly string[]>> = {
  MULTI_STATEMENT_COUNT: ["0", "1"],
  PYTHON_CONNECTOR_QUERY_RESULT_FORMAT: ["JSON"],
};

function queryData({ queryId, result }: Answer, context: Context) {
  return {
    parameters: PARAMETERS,
    rowtype: encodeColumns(result.columns),
    rowset: encodeRows(result),
    total: result.rows.length,
    returned: result.rows.length,
    queryId,
    queryResultFormat: "json",
    finalDatabaseName: context.database?.name ?? null,
    finalSchemaName: context.schema?.name ?? null,
    finalWarehouseName: context.warehouse?.name ?? null,
    finalRoleName: context.role.name,
    databaseProvider: null,
    numberOfBinds: 0,
    arrayBindSupported: false,
    statementTypeId: result.statementType,
    version: 1,
    sendResultTime: Date.now(),
    queryContext: { entries: [] },
  };
}

/** Drivers ask for a result, or the state of a query, once more; those that failed are not remembered. */
function answerAboutQuery(pathname: string, context: Context): object | undefined {
  const [, queryId = "", isResult] = /^\/(?:monitoring\/)?queries\/([^/]+)(\/result)?$/.exec(pathname) ?? [];
  const result = context.session.results.get(queryId);
  if (!result) return undefined;
  return {
    ...empty(true),
    data: isResult ? queryData({ queryId, result }, context) : { queries: [{ status: "SUCCESS" }] },
  };
}

/** An error as drivers read it. One that is not Snowflake's is a fault of the emulator, and says so. */
function failure(error: unknown): object {
  const known =
    error instanceof SnowflakeError
      ? error
      : new SnowflakeError("000603", "XX000", `fault of the emulator: ${String(error)}`);
  const { code, sqlState, message } = known;
  const details = {
    internalError: false,
    age: 0,
    line: -1,
    pos: -1,
    type: "COMPILATION",
    nextAction: "RETRY_LOGIN",
    pwdLastSetTime: null,
  };
  return { data: { ...details, errorCode: code, sqlState, queryId: "" }, code, message, success: false, headers: null };
}
