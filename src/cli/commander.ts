/** Commander, with types that say what an action gets from the options and arguments before it; types are all they are. */
import type * as typed from "@commander-js/extra-typings";
import * as commander from "commander";

export const Command = commander.Command as unknown as typeof typed.Command;
export const Help = commander.Help as unknown as typeof typed.Help;
export const Option = commander.Option as unknown as typeof typed.Option;
export type Command = typed.Command;
