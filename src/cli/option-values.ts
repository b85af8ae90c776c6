import { InvalidArgumentError } from "commander";
import { asciiDomain } from "../kit/domain-name.ts";
import { WrongUsage } from "./failure.ts";

const LONGEST_NAME = 200;

/** The domain in the form in which it is stored. @throws WrongUsage */
export function domainValue(option: string, written: string): string {
  const domain = asciiDomain(written);
  if (domain === null) throw new WrongUsage(`${option} ${written} is not a domain name, such as contoso.example.`);
  return domain;
}

/** A name for people to read, on one line. @throws WrongUsage */
export function nameValue(option: string, written: string): string {
  const name = written.normalize("NFC").trim();
  if (name === "" || name.length > LONGEST_NAME || /\p{C}/u.test(name))
    throw new WrongUsage(`${option} must be 1 to ${LONGEST_NAME} characters on one line.`);
  return name;
}

/** For commander to read an option with. */
export function positiveInteger(written: string): number {
  if (!/^[1-9]\d{0,8}$/.test(written)) throw new InvalidArgumentError("It must be a whole number of 1 or more.");
  return Number(written);
}
