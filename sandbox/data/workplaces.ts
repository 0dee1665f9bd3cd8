/** Where people of the stand-in tenant work and as what. */
export interface Department {
  readonly name: string;
  readonly jobTitles: readonly string[];
  /** Part of the people who work here, relative to the others. */
  readonly weight: number;
  /** Do its people work on projects: is its group inside the group "Projects"? */
  readonly projects: boolean;
}

export const departments: readonly Department[] = [
  {
    name: "Engineering",
    jobTitles: ["Software Engineer", "Senior Engineer", "Test Engineer", "Architect", "Engineering Manager"],
    weight: 9,
    projects: true,
  },
  {
    name: "Consulting",
    jobTitles: ["Consultant", "Senior Consultant", "Managing Consultant", "Solution Architect"],
    weight: 6,
    projects: true,
  },
  {
    name: "Project Management",
    jobTitles: ["Project Manager", "Program Manager", "Project Coordinator", "Scrum Master"],
    weight: 3,
    projects: true,
  },
  {
    name: "Product",
    jobTitles: ["Product Manager", "Product Owner", "Designer", "UX Researcher"],
    weight: 3,
    projects: true,
  },
  {
    name: "Research & Development",
    jobTitles: ["Researcher", "Laboratory Assistant", "Principal Scientist"],
    weight: 3,
    projects: true,
  },
  {
    name: "Manufacturing",
    jobTitles: ["Machine Operator", "Shift Supervisor", "Plant Manager", "Quality Inspector"],
    weight: 12,
    projects: false,
  },
  { name: "Sales", jobTitles: ["Account Manager", "Sales Engineer", "Sales Director"], weight: 7, projects: false },
  { name: "Marketing", jobTitles: ["Campaign Manager", "Copywriter", "Brand Manager"], weight: 3, projects: false },
  {
    name: "Customer Service",
    jobTitles: ["Service Agent", "Service Team Lead", "Field Technician"],
    weight: 6,
    projects: false,
  },
  { name: "Finance", jobTitles: ["Accountant", "Controller", "Treasurer", "Auditor"], weight: 3, projects: false },
  { name: "Human Resources", jobTitles: ["HR Partner", "Recruiter", "Payroll Clerk"], weight: 2, projects: false },
  {
    name: "IT",
    jobTitles: ["System Administrator", "Service Desk Agent", "Network Engineer"],
    weight: 3,
    projects: false,
  },
  { name: "Legal", jobTitles: ["Counsel", "Paralegal", "Data Protection Officer"], weight: 1, projects: false },
];

export interface Office {
  readonly city: string;
  readonly state: string | null;
  readonly country: string;
  readonly postalCode: string;
  readonly streetAddress: string;
  /** International dialling code and area. */
  readonly phone: string;
}

export const offices: readonly Office[] = [
  office("Seattle", "WA", "United States", "98101", "1400 Harbor Avenue", "+1 206 555"),
  office("Austin", "TX", "United States", "78701", "210 Congress Street", "+1 512 555"),
  office("London", null, "United Kingdom", "EC2A 4NE", "17 Finsbury Row", "+44 20 7946"),
  office("Berlin", null, "Germany", "10117", "Lindenallee 42", "+49 30 5550"),
  office("München", "Bayern", "Germany", "80331", "Isarstraße 8", "+49 89 5550"),
  office("Lyon", null, "France", "69002", "5 quai des Lumières", "+33 4 5550"),
  office("Madrid", null, "Spain", "28013", "Calle del Reloj 11", "+34 91 555"),
  office("Kraków", null, "Poland", "31-042", "ul. Zamkowa 3", "+48 12 555"),
  office("Malmö", null, "Sweden", "211 22", "Hamngatan 9", "+46 40 555"),
  office("Pune", "Maharashtra", "India", "411001", "88 Koregaon Road", "+91 20 5550"),
  office("上海", null, "China", "200120", "世纪大道 100 号", "+86 21 5550"),
  office("東京", null, "Japan", "105-0011", "芝公園 4-2-8", "+81 3 5550"),
  office("São Paulo", "SP", "Brazil", "01310-100", "Avenida das Palmeiras 1500", "+55 11 5550"),
  office("Lagos", null, "Nigeria", "101241", "3 Marina Close", "+234 1 555"),
];

function office(
  city: string,
  state: string | null,
  country: string,
  postalCode: string,
  streetAddress: string,
  phone: string,
): Office {
  return { city, state, country, postalCode, streetAddress, phone };
}
