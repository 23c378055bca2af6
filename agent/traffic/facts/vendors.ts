/**
 * Makers by the numbers that their protocols' organisations gave them: the common ones of automation, not
 * the whole registers (ODVA has 1,500). A number without a name here is told as a number.
 */
import type { PlantSubject } from "../../core/plant.ts";
import { confidences, type FactSheet } from "./fact-source.ts";

export interface VendorRegister {
  name: string;
  vendors: Readonly<Record<number, string>>;
}

/** A number without a name is trusted less than the maker by MAC address, which has one. */
export function addVendor(
  sheet: FactSheet,
  subject: PlantSubject,
  { name, vendors }: VendorRegister,
  id: number,
  confidence: number,
): void {
  const vendor = vendors[id];
  if (vendor !== undefined) sheet.add(subject, "vendor", vendor, confidence);
  else sheet.add(subject, "vendor", `${name} vendor ${id}`, confidences.hint);
}

/** ODVA: EtherNet/IP, DeviceNet. */
export const odva: VendorRegister = {
  name: "ODVA",
  vendors: {
    1: "Rockwell Automation/Allen-Bradley",
    3: "Honeywell",
    4: "Parker Hannifin",
    5: "Rockwell Automation/Reliance Electric",
    7: "SMC",
    8: "Molex",
    12: "Banner Engineering",
    26: "Festo",
    40: "WAGO",
    43: "Balluff",
    44: "Yaskawa",
    46: "ABB",
    47: "Omron",
    48: "Turck",
    50: "Real Time Automation",
    57: "Pepperl+Fuchs",
    68: "Eaton",
    75: "ABB Robotics",
    77: "Rockwell Software",
    82: "Mitsubishi Electric",
    83: "Opto 22",
    90: "HMS Networks",
    94: "Advantech",
    97: "Danfoss",
    100: "Bosch Rexroth",
    108: "Beckhoff",
    121: "KUKA",
    145: "Siemens",
    161: "Mitsubishi Electric",
    176: "Red Lion Controls",
    243: "Schneider Electric",
    250: "Yokogawa",
    255: "Bosch Rexroth",
    256: "Turck",
    283: "Hilscher",
    309: "ProSoft Technology",
    315: "SEW-Eurodrive",
    322: "ifm electronic",
    345: "Endress+Hauser",
    356: "FANUC",
    367: "Keyence",
    445: "Lenze",
    562: "Phoenix Contact",
    591: "FANUC",
    634: "Hirschmann",
    640: "Murrelektronik",
    678: "Cognex",
    680: "Weidmüller",
    722: "ABB",
    796: "Siemens",
    808: "SICK",
    887: "B&R",
    939: "Cisco",
    991: "Moxa",
    1015: "Weidmüller",
    1059: "Delta Electronics",
  },
};

/** ASHRAE: BACnet. */
export const bacnet: VendorRegister = {
  name: "BACnet",
  vendors: {
    0: "ASHRAE",
    2: "Trane",
    3: "Daikin Applied",
    5: "Johnson Controls",
    7: "Siemens",
    8: "Delta Controls",
    9: "Siemens",
    10: "Schneider Electric",
    16: "Carrier",
    17: "Honeywell",
    18: "Alerton",
    24: "Automated Logic",
    28: "KMC Controls",
    35: "Reliable Controls",
    36: "Tridium",
    42: "Acuity Brands Lighting",
    77: "Carel",
    80: "Sauter",
    86: "The Watt Stopper",
    89: "Saia-Burgess Controls",
    127: "ABB",
    178: "Loytec",
    190: "Danfoss Drives",
    222: "WAGO",
    226: "Phoenix Contact",
    245: "Contemporary Control Systems",
    246: "HMS Networks",
    260: "BACnet Stack at SourceForge",
    313: "Siemens",
    332: "Distech Controls",
    364: "Distech Controls",
    415: "Beckhoff",
    435: "Delta Electronics",
    486: "HMS Networks",
    1096: "Moxa",
  },
};

/** PROFIBUS & PROFINET International. */
export const profinet: VendorRegister = {
  name: "PROFINET",
  vendors: {
    42: "Siemens",
    176: "Phoenix Contact",
    285: "WAGO",
    286: "Hilscher",
    333: "Festo",
    346: "GE Intelligent Platforms",
  },
};

/** FieldComm Group: HART. */
export const hart: VendorRegister = {
  name: "HART",
  vendors: {
    17: "Endress+Hauser",
    19: "Fisher Controls",
    23: "Honeywell",
    26: "ABB",
    31: "Micro Motion",
    38: "Rosemount",
    42: "Siemens",
    55: "Yokogawa",
    66: "Samson",
    69: "Krohne",
    93: "Pepperl+Fuchs",
    62: "VEGA",
  },
};
