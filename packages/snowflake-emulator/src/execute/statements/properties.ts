/** Setting and unsetting the properties and parameters of objects. */
import { parametersOf } from "../../catalog/parameters";
import { parameterLevelOf } from "../../catalog/properties";
import type { Securable } from "../../catalog/securables";
import { SnowflakeError } from "../../errors";
import type { Properties, PropertyValue } from "../../sql/properties";
import { propertyText } from "../../sql/properties";

/** Splits what was set into the comment, parameters and properties of the object, and keeps them. */
export function setProperties(object: Securable, set: Properties): void {
  const level = parameterLevelOf(object.kind);
  for (const [name, value] of set) {
    if (name === "COMMENT") object.comment = propertyText(value) ?? "";
    else if (level && parametersOf(level).has(name) && "parameters" in object)
      setParameter(object.parameters, level, name, value);
    else if ("properties" in object) setProperty(object.properties, name, value);
  }
}

function setProperty(properties: Map<string, PropertyValue>, name: string, value: PropertyValue): void {
  if (value === null) properties.delete(name);
  else properties.set(name, name.startsWith("RSA_PUBLIC_KEY") ? bareKey(value) : value);
}

/** A public key without armour and line ends: compared and shown like that. */
function bareKey(value: PropertyValue): string {
  return (propertyText(value) ?? "").replace(/-----[^-]+-----|\s/g, "");
}

/** @throws SnowflakeError 001008 for a value that the parameter's type does not take */
export function setParameter(
  parameters: Map<string, string>,
  level: Parameters<typeof parametersOf>[0],
  name: string,
  value: PropertyValue,
): void {
  const text = propertyText(value) ?? "";
  const type = parametersOf(level).get(name)?.type;
  const isFit = type === "BOOLEAN" ? /^(true|false)$/i.test(text) : type === "NUMBER" ? /^-?\d+$/.test(text) : true;
  if (!isFit) {
    const message = `SQL compilation error:\ninvalid value [${text}] for parameter '${name}'`;
    throw new SnowflakeError("001008", "22023", message);
  }
  parameters.set(name, type === "BOOLEAN" ? text.toLowerCase() : text);
}

export function unsetProperties(object: Securable, names: readonly string[]): void {
  for (const name of names) {
    if (name === "COMMENT") object.comment = "";
    if ("parameters" in object) object.parameters.delete(name);
    if ("properties" in object) object.properties.delete(name);
  }
}
