import type { DirectoryObject } from "../directory/model.ts";
import { cultures } from "./names.ts";
import type { Culture } from "./names.ts";
import { randomFrom } from "./random.ts";
import type { Random } from "./random.ts";
import { departments, offices } from "./workplaces.ts";
import type { Department } from "./workplaces.ts";

export interface PeopleOptions {
  readonly seed: number;
  readonly count: number;
  /** Object id of the first person, who is the same in every world. */
  readonly ownerId: string;
  /** Domain of the people's addresses. */
  readonly mailDomain: string;
  /** Initial domain of the tenant: guests get their user principal names in it. */
  readonly initialDomain: string;
}

const GUEST_DOMAINS = ["fabrikam.com", "adatum.com", "litware.com"];
const EMPLOYEE_TYPES = ["Employee", "Employee", "Employee", "Employee", "Contractor", "Intern"];
const weightedDepartments = departments.flatMap((each) => Array<Department>(each.weight).fill(each));
const SPECIAL_LETTERS: Readonly<Record<string, string>> = {
  ß: "ss",
  ø: "o",
  Ø: "O",
  æ: "ae",
  Æ: "Ae",
  ł: "l",
  Ł: "L",
  ı: "i",
  "'": "",
};
const prepared = cultures.map(({ given, family, ...culture }: Culture) => ({
  ...culture,
  given: given.map(spell),
  family: family.map(spell),
}));
const FIRST_DAY = Date.UTC(2012, 0, 2);
const DAYS = 5000;
const DAY = 86_400_000;
const dayTexts: string[] = [];

/**
 * The people of a tenant: every user principal name once; about 1 % without mail, 2 % disabled, 2 % guests. The same
 * seed gives the same people, and a larger tenant begins with those of a smaller one.
 */
export function generatePeople(options: PeopleOptions): DirectoryObject[] {
  const random = randomFrom(`people ${options.seed}`);
  const taken = new Map<string, number>();
  const people: DirectoryObject[] = [];
  for (let index = 0; index < options.count; index++) people.push(person(index, random, taken, options));
  return people;
}

function person(index: number, random: Random, taken: Map<string, number>, options: PeopleOptions): DirectoryObject {
  const drawnId = random.guid();
  const name = drawName(random);
  const nickname = unique(name.address, taken);
  const fate = random.below(100);
  // The owner of what is deployed is always an ordinary, enabled person with mail.
  const isOwner = index === 0;
  const isGuest = !isOwner && fate < 2;
  const department = random.pick(weightedDepartments);
  const office = random.pick(offices);
  const created = dayText(random.below(DAYS));
  const room = `${office.city} ${1 + random.below(9)}/${100 + random.below(80)}`;
  const guestDomain = random.pick(GUEST_DOMAINS);
  const mail = `${nickname}@${isGuest ? guestDomain : options.mailDomain}`;
  const phone = `${office.phone} ${1000 + random.below(9000)}`;
  const mobilePhone = random.chance(1, 2) ? `${office.phone} ${1000 + random.below(9000)}` : null;
  const leaves = random.chance(1, 100);
  // One literal with every property: objects of one shape, which is what makes 100,000 of them small and fast.
  return {
    id: isOwner ? options.ownerId : drawnId,
    displayName: name.display,
    givenName: name.given,
    surname: name.family,
    userPrincipalName: isGuest ? `${nickname}_${guestDomain}#EXT#@${options.initialDomain}` : mail,
    mailNickname: isGuest ? `${nickname}_${guestDomain}#EXT#` : nickname,
    mail: isOwner || fate !== 2 ? mail : null,
    accountEnabled: isOwner || (fate !== 3 && fate !== 4),
    userType: isGuest ? "Guest" : "Member",
    creationType: isGuest ? "Invitation" : null,
    externalUserState: isGuest ? "Accepted" : null,
    companyName: isGuest ? guestDomain : "Contoso",
    department: department.name,
    jobTitle: random.pick(department.jobTitles),
    employeeId: String(index + 1).padStart(8, "0"),
    employeeType: random.pick(EMPLOYEE_TYPES),
    employeeHireDate: created,
    employeeLeaveDateTime: leaves ? dayText(DAYS + (index % 365)) : null,
    city: office.city,
    state: office.state,
    country: office.country,
    postalCode: office.postalCode,
    streetAddress: office.streetAddress,
    officeLocation: room,
    businessPhones: [phone],
    mobilePhone,
    faxNumber: random.chance(1, 30) ? `${phone}-99` : null,
    preferredLanguage: random.chance(3, 4) ? name.language : null,
    createdDateTime: created,
    signInSessionsValidFromDateTime: created,
    onPremisesExtensionAttributes: { extensionAttribute1: `CC-${1000 + random.below(9000)}` },
  };
}

interface Name {
  readonly given: string;
  readonly family: string;
  readonly display: string;
  /** The part before `@`. */
  readonly address: string;
  readonly language: string;
}

function drawName(random: Random): Name {
  const culture = random.pick(prepared);
  const given = random.pick(culture.given);
  const family = random.pick(culture.family);
  return {
    given: given.written,
    family: family.written,
    display: culture.familyFirst ? family.written + given.written : `${given.written} ${family.written}`,
    address: `${given.latin}.${family.latin}`,
    language: culture.language,
  };
}

/** `anna.smith`, then `anna.smith2`, `anna.smith3`: names hold no digits, so the numbered ones never meet a name. */
function unique(address: string, taken: Map<string, number>): string {
  const count = (taken.get(address) ?? 0) + 1;
  taken.set(address, count);
  return count === 1 ? address : `${address}${count}`;
}

function spell(entry: string): { written: string; latin: string } {
  const [written, latin] = entry.split("/") as [string, string | undefined];
  return { written, latin: (latin ?? plainLetters(written)).toLowerCase() };
}

function plainLetters(text: string): string {
  return text
    .replace(/[ßøØæÆłŁı']/g, (letter) => SPECIAL_LETTERS[letter] ?? "")
    .normalize("NFD")
    .replace(/\p{M}/gu, "");
}

/** The text of a day, made once: people share it. */
function dayText(day: number): string {
  return (dayTexts[day] ??= new Date(FIRST_DAY + day * DAY).toISOString().replace(".000Z", "Z"));
}
