/** Commander, with types that say what an action gets from the options and arguments before it; types are all they are. */
import type * as typed from "@commander-js/extra-typings";
import * as commander from "commander";

export const Command = commander.Command as unknown as typeof typed.Command;
export const Help = commander.Help as unknown as typeof typed.Help;
export const Option = commander.Option as unknown as typeof typed.Option;

/** A command before it has arguments or options. */
export type Command = typed.Command;
/** A command with some. */
export type DefinedCommand<Args extends unknown[], Options extends OptionValues> = typed.Command<Args, Options>;
export type OptionValues = typed.OptionValues;
/** A command that is given options which its type does not know. */
export type Untyped = commander.Command;
