/** Greetings of SSH (RFC 4253, section 4.2) and heads of HTTP (RFC 9110) and SSDP (UPnP Device Architecture 2.0). */
import { confidences, createFactSheet, type FactSource, subjectOf } from "./fact-source.ts";

const latin1 = new TextDecoder("latin1");

export const ssh: FactSource = {
  name: "ssh banner",
  parse(bytes, { source, atMs }) {
    const sheet = createFactSheet(ssh.name, atMs);
    const banner = /^SSH-\d\.\d+-([\x20-\x7e]{1,250})/.exec(latin1.decode(bytes))?.[1];
    if (banner === undefined) return sheet.facts;
    const subject = subjectOf(source);
    sheet.add(subject, "description", `SSH ${banner}`, confidences.hint);
    sheet.add(subject, "os", osOf(banner), confidences.banner);
    return sheet.facts;
  },
};

export const http: FactSource = {
  name: "http head",
  parse(bytes, { source, destination, atMs }) {
    const sheet = createFactSheet(http.name, atMs);
    const head = latin1.decode(bytes);
    const isAnswer = head.startsWith("HTTP/1.");
    if (!isAnswer && !/^[A-Z]{3,7} [^ ]+ HTTP\/1\.[01]\r?\n/.test(head)) return sheet.facts;
    const software = headerOf(head, isAnswer ? "server" : "user-agent");
    if (software !== "") {
      const what = isAnswer ? "HTTP server" : "HTTP client";
      sheet.add(subjectOf(source), "description", `${what} ${software}`, confidences.hint);
      sheet.add(subjectOf(source), "os", osOf(software), confidences.banner);
    }
    if (!isAnswer && /^basic\s/i.test(headerOf(head, "authorization"))) {
      sheet.weakness(destination, "clear_text_password", source);
    }
    return sheet.facts;
  },
};

export const ssdp: FactSource = {
  name: "ssdp",
  parse(bytes, { source, atMs }) {
    const sheet = createFactSheet(ssdp.name, atMs);
    const head = latin1.decode(bytes);
    if (!/^(NOTIFY \* HTTP|HTTP)\/1\.1/.test(head)) return sheet.facts;
    const software = headerOf(head, "server");
    if (software !== "") {
      sheet.add(subjectOf(source), "description", `UPnP ${software}`, confidences.banner);
      sheet.add(subjectOf(source), "os", osOf(software), confidences.banner);
    }
    return sheet.facts;
  },
};

function headerOf(head: string, name: string): string {
  return new RegExp(`^${name}:[ \\t]*([^\\r\\n]*)`, "im").exec(head)?.[1]?.trim() ?? "";
}

function osOf(text: string): string {
  const windows = /Windows NT (\d+\.\d+)/.exec(text)?.[1];
  if (windows !== undefined) return `Windows NT ${windows}`;
  return /\b(Ubuntu|Debian|Raspbian|FreeBSD|VxWorks|Windows|Linux|QNX)\b/i.exec(text)?.[1] ?? "";
}
