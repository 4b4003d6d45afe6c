/** COPY INTO and REMOVE: who may. Stages hold no files, so nothing is written and nothing is found. */

import type { Result } from "../../catalog/session";
import { insufficientPrivileges } from "../../errors";
import { holds, owns } from "../../privileges/authority";
import { requireObject, requireRelation, type Viewer } from "../../privileges/resolve";
import type { StageReference, StageStatement } from "../../sql/stages";
import { emptyEnvironment } from "../query/environment";
import { runQuery } from "../query/query";
import { changeable } from "./changes";
import { columnsOf, status, table } from "./results";
import { needWarehouse } from "./warehouses";

export function useStage(statement: StageStatement, viewer: Viewer): Result {
  switch (statement.type) {
    case "unload": {
      checkStage(viewer, statement.to, "WRITE");
      needWarehouse(viewer);
      const { rows } = runQuery(statement.query, emptyEnvironment(viewer));
      return table(columnsOf("rows_unloaded:number input_bytes:number output_bytes:number"), [[rows.length, 0, 0]]);
    }
    case "load":
      changeable(viewer, statement.table, ["INSERT"]);
      checkStage(viewer, statement.from, "READ");
      return status("Copy executed with 0 files processed.");
    case "remove":
      checkStage(viewer, statement.stage, "WRITE");
      return table(columnsOf("name result"), []);
  }
}

/**
 * "Choosing an internal stage for local files": everybody has a stage of their own, a table's is its owner's. "Access
 * control privileges", stage privileges: READ and WRITE.
 */
function checkStage(viewer: Viewer, stage: StageReference, privilege: "READ" | "WRITE"): void {
  if (stage.of === "user") return;
  const isTable = stage.of === "table";
  const object = isTable
    ? requireRelation(viewer, stage.path)
    : requireObject(viewer, { kind: "STAGE", path: stage.path, signature: null });
  const isHeld = isTable ? owns(viewer.authority, object) : holds(viewer.authority, privilege, object);
  if (!isHeld) throw insufficientPrivileges(object.kind.toLowerCase(), object.name);
}
