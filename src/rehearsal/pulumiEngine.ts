import type { Engine, Target } from "./engine";
import { startStandIn } from "./standin/standIn";

export async function startEngine(target: Target): Promise<Engine> {
  return startStandIn(target);
}
