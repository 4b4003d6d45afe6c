/** SHOW of schemas and of what is in them, column by column. */
import { signatureOf } from "../../catalog/account";
import type {
  NamedObject,
  Relation,
  Routine,
  Schema,
  SchemaObject,
  Sequence,
  Stream,
  Table,
  View,
} from "../../catalog/securables";
import { printPath } from "../../sql/names";
import { common, type Listing, yesNo } from "./listing";

/** TERSE listings ("SHOW <objects>", TERSE). */
export const TERSE: Listing<SchemaObject | Schema> = {
  columns: "created_on:time name kind database_name schema_name",
  row: (object) => ({
    ...common(object),
    kind: object.kind === "SCHEMA" ? null : kindOf(object),
    database_name: object.kind === "SCHEMA" ? object.parent.name : object.parent.parent.name,
    schema_name: object.kind === "SCHEMA" ? null : object.parent.name,
  }),
};

function kindOf(object: SchemaObject): string {
  if (object.kind !== "TABLE") return object.kind.replaceAll(" ", "_");
  return object.persistence === "permanent" ? "TABLE" : object.persistence.toUpperCase();
}

function placed(object: SchemaObject) {
  return { ...common(object), database_name: object.parent.parent.name, schema_name: object.parent.name };
}

export const SCHEMAS: Listing<Schema> = {
  columns:
    "created_on:time name is_default is_current database_name owner comment options retention_time owner_role_type budget",
  row: (schema, { context }) => ({
    ...common(schema),
    is_default: "N",
    is_current: yesNo(context.schema === schema),
    database_name: schema.parent.name,
    options: [schema.transient && "TRANSIENT", schema.managedAccess && "MANAGED ACCESS"].filter(Boolean).join(", "),
    retention_time: schema.parameters.get("DATA_RETENTION_TIME_IN_DAYS") ?? "1",
    budget: null,
  }),
};

export const TABLES: Listing<Table> = {
  columns:
    "created_on:time name database_name schema_name kind comment cluster_by rows:number bytes:number owner retention_time " +
    "automatic_clustering change_tracking is_external enable_schema_evolution owner_role_type is_event budget is_hybrid " +
    "is_iceberg is_dynamic is_immutable",
  row: (table) => ({
    ...placed(table),
    kind: kindOf(table),
    rows: table.rows.length,
    bytes: 0,
    retention_time: "1",
    automatic_clustering: "OFF",
    change_tracking: "OFF",
    is_external: "N",
    enable_schema_evolution: "N",
    is_event: "N",
    budget: null,
    is_hybrid: "N",
    is_iceberg: "N",
    is_dynamic: "N",
    is_immutable: "N",
  }),
};

export const VIEWS: Listing<View> = {
  columns:
    "created_on:time name reserved database_name schema_name owner comment text is_secure is_materialized owner_role_type " +
    "change_tracking",
  row: (view) => ({
    ...placed(view),
    text: view.text,
    is_secure: String(view.secure),
    is_materialized: String(view.kind === "MATERIALIZED VIEW"),
    change_tracking: "OFF",
  }),
};

export const DYNAMIC_TABLES: Listing<View> = {
  columns:
    "created_on:time name reserved database_name schema_name cluster_by rows:number bytes:number owner target_lag refresh_mode " +
    "refresh_mode_reason warehouse comment text automatic_clustering scheduling_state last_suspended_on is_clone is_replica " +
    "data_timestamp:time owner_role_type is_iceberg",
  row: (view) => ({
    ...placed(view),
    rows: null,
    bytes: 0,
    target_lag: text(view, "TARGET_LAG"),
    refresh_mode: "FULL",
    refresh_mode_reason: null,
    warehouse: text(view, "WAREHOUSE"),
    text: view.text,
    automatic_clustering: "OFF",
    scheduling_state: "ACTIVE",
    last_suspended_on: null,
    is_clone: "false",
    is_replica: "false",
    data_timestamp: null,
    is_iceberg: "false",
  }),
};

function text({ properties }: View, name: string): string {
  return String(properties.get(name) ?? "");
}

/** "SHOW OBJECTS": tables and views together. */
export const OBJECTS: Listing<Relation> = {
  columns:
    "created_on:time name database_name schema_name kind comment cluster_by rows:number bytes:number owner retention_time " +
    "owner_role_type budget is_hybrid is_dynamic is_iceberg",
  row: (object) => ({
    ...placed(object),
    kind: object.kind === "TABLE" || object.kind === "DYNAMIC TABLE" ? "TABLE" : kindOf(object),
    rows: object.kind === "TABLE" ? object.rows.length : null,
    bytes: object.kind === "TABLE" ? 0 : null,
    retention_time: "1",
    budget: null,
    is_hybrid: "N",
    is_dynamic: yesNo(object.kind === "DYNAMIC TABLE"),
    is_iceberg: "N",
  }),
};

/** "SHOW PROCEDURES", "SHOW USER FUNCTIONS": `arguments` tells the overloads apart. */
export const ROUTINES: Listing<Routine> = {
  columns:
    "created_on:time name schema_name is_builtin is_aggregate is_ansi min_num_arguments:number max_num_arguments:number arguments " +
    "description catalog_name is_table_function valid_for_clustering is_secure secrets external_access_integrations",
  row: (routine) => ({
    ...common(routine),
    schema_name: routine.parent.name,
    catalog_name: routine.parent.parent.name,
    is_builtin: "N",
    is_aggregate: "N",
    is_ansi: "N",
    valid_for_clustering: "N",
    min_num_arguments: routine.arguments.filter((each) => each.default === null).length,
    max_num_arguments: routine.arguments.length,
    arguments: `${routine.name}${signatureOf(routine)} RETURN ${routine.returns === "TABLE" ? "TABLE ()" : routine.returns.name}`,
    description: routine.comment || `user-defined ${routine.kind.toLowerCase()}`,
    is_table_function: yesNo(routine.returns === "TABLE"),
    is_secure: yesNo(routine.secure),
    secrets: null,
    external_access_integrations: null,
  }),
};

export const SEQUENCES: Listing<Sequence> = {
  columns:
    "name database_name schema_name next_value:number interval:number created_on:time owner comment owner_role_type ordered",
  row: (sequence) => ({
    ...placed(sequence),
    next_value: sequence.next,
    interval: sequence.increment,
    ordered: "N",
  }),
};

export const STREAMS: Listing<Stream> = {
  columns:
    "created_on:time name database_name schema_name owner comment table_name source_type base_tables type stale mode owner_role_type",
  row: (stream) => {
    const table = printPath([stream.table.parent.parent.name, stream.table.parent.name, stream.table.name]);
    return {
      ...placed(stream),
      table_name: table,
      base_tables: table,
      source_type: "Table",
      type: "DELTA",
      stale: "false",
      mode: "DEFAULT",
    };
  },
};

export const NAMED: Listing<NamedObject> = {
  columns: "created_on:time name database_name schema_name type owner comment owner_role_type",
  row: (object) => ({ ...placed(object), type: String(object.properties.get("TYPE") ?? "INTERNAL") }),
};
