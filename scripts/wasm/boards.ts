/** QEMU's boards that the firmware example runs on, and how it is built for them. */
export interface Board {
  name: string;
  machine: string;
  cpu: readonly string[];
  flashAt: string;
  ramAt: string;
  spareAt: string;
}

export const boards: readonly Board[] = [
  {
    name: "Cortex-M3",
    machine: "mps2-an385",
    cpu: ["-mcpu=cortex-m3"],
    flashAt: "0x00000000",
    ramAt: "0x20000000",
    spareAt: "0x21000000",
  },
  {
    name: "Cortex-M4F",
    machine: "mps2-an386",
    cpu: ["-mcpu=cortex-m4", "-mfpu=fpv4-sp-d16", "-mfloat-abi=hard"],
    flashAt: "0x00000000",
    ramAt: "0x20000000",
    spareAt: "0x21000000",
  },
  {
    // The secure aliases: it starts in secure state.
    name: "Cortex-M33",
    machine: "mps2-an505",
    cpu: ["-mcpu=cortex-m33", "-mfpu=fpv5-sp-d16", "-mfloat-abi=hard"],
    flashAt: "0x10000000",
    ramAt: "0x38000000",
    spareAt: "0x38100000",
  },
];

/** For every file of the core, on every target. */
export const COMPILE = [
  ..."-std=c11 -Wall -Wextra -Werror -ffp-contract=off -fno-math-errno".split(" "),
  ..."-ffunction-sections -fdata-sections".split(" "),
];
