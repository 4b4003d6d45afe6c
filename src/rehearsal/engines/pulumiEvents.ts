import type { EngineEvent, OpType, StepEventMetadata } from "@pulumi/pulumi/automation";
import type { Changes } from "./engine";

/** What the engine did, or in a preview would do, to the warehouse; components and providers are left out. */
export function changesOf(events: readonly EngineEvent[]): Changes {
  const steps = events.flatMap(({ resourcePreEvent }) => resourcePreEvent?.metadata ?? []).filter(isInWarehouse);
  const labels = (op: OpType) => [...new Set(steps.filter((step) => step.op === op).map(labelOf))].sort();
  return {
    created: labels("create"),
    updated: labels("update"),
    replaced: labels("create-replacement"),
    deleted: labels("delete"),
  };
}

/** The engine's error messages, each with the resource it is about. */
export function errorsOf(events: readonly EngineEvent[]): string[] {
  return (
    events
      .flatMap(({ diagnosticEvent }) => (diagnosticEvent?.severity === "error" ? [diagnosticEvent] : []))
      // The provider's log says each of them a second time.
      .filter(({ message }) => !message.trimStart().startsWith("sdk-v2/"))
      .map(({ urn, message }) => [...(urn ? [nameOf(urn)] : []), message.trim()].join(": "))
  );
}

function isInWarehouse({ type, old, new: now }: StepEventMetadata): boolean {
  return (now ?? old)?.custom === true && !type.startsWith("pulumi:");
}

function labelOf({ type, urn }: StepEventMetadata): string {
  return `${type.slice(type.lastIndexOf(":") + 1)} ${nameOf(urn)}`;
}

/** `urn:pulumi:<stack>::<project>::<types>::<name>`; a name may itself have colons in it. */
function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}
