/**
 * Techniques of MITRE ATT&CK for ICS that a violated behavior may be a sign of, by what it watches: where
 * to look first, not what happened. Their names and version are in alerts/attack-ics.ts.
 */
const newWayIn = ["T0886"]; // Remote Services
const exfiltration = ["T0869", "T0882"]; // Standard Application Layer Protocol, Theft of Operational Information
const flood = ["T0814"]; // Denial of Service
const stolenIdentity = ["T0859"]; // Valid Accounts
const silence = ["T0804"]; // Block Reporting Message

const byMetric: Readonly<Record<string, readonly string[]>> = {
  "aws:listening-tcp-ports": newWayIn,
  "aws:listening-udp-ports": newWayIn,
  "aws:num-listening-tcp-ports": newWayIn,
  "aws:num-listening-udp-ports": newWayIn,
  "aws:destination-ip-addresses": ["T0869", "T0884"], // and Connection Proxy
  "aws:num-established-tcp-connections": ["T0846"], // Remote System Discovery
  "aws:all-bytes-out": exfiltration,
  "aws:all-packets-out": exfiltration,
  "aws:all-bytes-in": flood,
  "aws:all-packets-in": flood,
  "aws:message-byte-size": exfiltration,
  "aws:num-messages-sent": ["T0856"], // Spoof Reporting Message
  "aws:num-messages-received": ["T0855"], // Unauthorized Command Message
  "aws:num-authorization-failures": stolenIdentity,
  "aws:source-ip-address": stolenIdentity,
  "aws:num-connection-attempts": stolenIdentity,
  "aws:num-disconnects": silence,
  "aws:disconnect-duration": silence,
  failed_logins: stolenIdentity,
  listening_processes: newWayIn,
  new_setuid_files: ["T0890"], // Exploitation for Privilege Escalation
  kernel_tainted: ["T0851"], // Rootkit
  boot_count: ["T0816"], // Device Restart/Shutdown
};

/** Empty for a metric that points to nothing by itself, as most custom ones. */
export function techniquesOf(metric: string): readonly string[] {
  return Object.hasOwn(byMetric, metric) ? byMetric[metric]! : [];
}
