/** How somebody comes to have something, hop by hop. */
import { PUBLIC } from "../deploy/component";
import type { Scene } from "./scene";

/** A login, and the roles from it to the one that was asked about, which is the last. */
interface Way {
  readonly login: string;
  readonly hops: readonly string[];
}

/** The logins that have a role's privileges or may act as it, nearest first; administrators left out. */
export function loginsWith(scene: Scene, role: string): Way[] {
  const ways: Way[] = [];
  const seen = new Set([role]);
  const queue: (readonly string[])[] = [[role]];
  for (let hops = queue.shift(); hops !== undefined; hops = queue.shift()) {
    const [at = role] = hops;
    if (scene.server.roles.get(at)?.login) ways.push({ login: at, hops });
    for (const { member } of scene.membersOf.get(at) ?? []) {
      if (seen.has(member) || scene.server.trusted.has(member)) continue;
      seen.add(member);
      queue.push([member, ...hops]);
    }
  }
  return ways;
}

/** `metabase ← reader ← GRANT SELECT ON prod.orders by root`, and how many more there are like the first. */
export function pathTo(scene: Scene, role: string, how: string): string {
  if (role === PUBLIC) return `everybody ← ${how}`;
  const [first, ...others] = loginsWith(scene, role);
  const way = [...(first?.hops ?? [role]), how].join(" ← ");
  return others.length === 0 ? way : `${way} (and ${others.length} more)`;
}
