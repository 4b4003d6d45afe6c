/**
 * The access model a second time: written from the prose of docs/roster.md and docs/access-model.md, straight on the
 * roster, sharing no code with src/access. Slow and plain on purpose; `decide` must agree with it everywhere.
 */
import type { Developer, Service, Source } from "../../src/roster/roster";
import type { RosterModel } from "./rosters";

/** Developers and services whose access has not ended; `today` is `YYYY-MM-DD` in UTC. */
export class ReferenceModel {
  readonly developers: readonly Developer[];
  readonly services: readonly Service[];
  readonly sources: readonly Source[];

  constructor(roster: RosterModel, today: string) {
    const hasAccess = ({ expires }: Developer | Service) => expires === undefined || today < expires;
    this.developers = roster.developers.filter(hasAccess);
    this.services = roster.services.filter(hasAccess);
    this.sources = roster.sources;
  }

  identities(): string[] {
    return [...this.developers, ...this.services].map(({ name }) => name);
  }

  /** Every schema there is, with one that CI has opened if there is a CI service. */
  schemas(): string[] {
    const prefixes = ["prod", ...this.developers.map(({ name }) => name)];
    const declared = prefixes.flatMap((prefix) => [prefix, ...this.sources.map(({ name }) => `${prefix}_${name}`)]);
    return this.services.some(({ duty }) => duty === "ci") ? [...declared, "ci_4711_stripe"] : declared;
  }

  may(who: string, action: string, schema: string): boolean {
    switch (action) {
      case "read":
        return this.mayRead(who, schema);
      case "write":
      case "insert":
      case "update":
      case "delete":
      case "truncate":
      case "execute":
      case "create table":
      case "create view":
      case "create function":
      case "alter":
      case "drop":
      case "rename":
      case "grant":
        return this.mayWrite(who, schema);
      // CI opens and closes its schemas through functions only: they belong to the deploying admin.
      case "drop schema":
      case "grant schema":
        return this.mayWrite(who, schema) && !schema.startsWith("ci_");
      // Any name could be chosen, a protected one too, so nobody may.
      case "create schema":
      case "rename schema":
        return false;
      default:
        throw new Error(`the prose says nothing about ${action}`);
    }
  }

  /** Nobody acts as another identity, and only prod services act as `prod`. */
  mayActAs(who: string, role: string): boolean {
    return role === who || (role === "prod" && this.dutyOf(who) === "prod");
  }

  private mayWrite(who: string, schema: string): boolean {
    switch (this.dutyOf(who)) {
      case "prod":
        return this.isProduction(schema);
      case "developer":
        return this.ownerOf(schema)?.name === who;
      case "ci":
        return schema.startsWith("ci_");
      case "reader":
        return false;
    }
  }

  private mayRead(who: string, schema: string): boolean {
    if (this.mayWrite(who, schema)) return true;
    if (this.isProduction(schema)) return this.mayReadProduction(who, schema);
    const isTeammate = this.dutyOf(who) === "developer";
    return isTeammate && this.ownerOf(schema)?.share === "team";
  }

  private mayReadProduction(who: string, schema: string): boolean {
    const source = this.sources.find(({ name }) => `prod_${name}` === schema);
    const service = this.services.find(({ name }) => name === who);
    const listed = service?.duty === "reader" ? service.sources : undefined;
    // The bare base schema goes with reading production as a whole.
    if (!source) return listed === undefined;
    if (listed) return listed.includes(source.name) && (source.readers?.includes(who) ?? true);
    // A reader service reads a restricted source only if it lists it too.
    if (source.readers) return service?.duty !== "reader" && source.readers.includes(who);
    return true;
  }

  private isProduction(schema: string): boolean {
    return schema === "prod" || this.sources.some(({ name }) => `prod_${name}` === schema);
  }

  private ownerOf(schema: string): Developer | undefined {
    return this.developers.find(({ name }) =>
      [name, ...this.sources.map((source) => `${name}_${source.name}`)].includes(schema),
    );
  }

  private dutyOf(who: string): "developer" | Service["duty"] {
    const duty = this.services.find(({ name }) => name === who)?.duty;
    return duty ?? "developer";
  }
}
