/**
 * What Device Defender Detect costs. AWS bills metric datapoints: a value of one metric of one device
 * that a security profile evaluates or retains. A metric counts once, however many behaviors look at it.
 */
export const detectPrices = {
  /** US dollars for 100,000 metric datapoints. */
  usdPer100kDatapoints: {
    rules: 0.025,
    /** The first tier. */
    ml: 2,
  },
  source: "AWS IoT Device Defender pricing, us-east-1, as of September 2026",
} as const;

export type Billing = keyof typeof detectPrices.usdPer100kDatapoints;

export function usdOf(billing: Billing, datapoints: number): number {
  return (datapoints / 100_000) * detectPrices.usdPer100kDatapoints[billing];
}

/** Cloud-side metrics are evaluated every five minutes, whether or not the device said anything. */
export const CLOUD_DATAPOINTS_PER_DAY = 288;
