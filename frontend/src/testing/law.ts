/** The law's and the papers' packs as the server sends them, and the shipped catalogue as a handheld has it. For tests only. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { sha256OfText } from "@/domain/digest";
import type { Offence } from "@/domain/offence";
import type { LawPack, PapersPack } from "@/domain/packs";

const root = join(__dirname, "../../..");

function filesOf(folder: string): string[] {
  const at = join(root, folder);
  return readdirSync(at)
    .filter((name) => name.endsWith(".json"))
    .sort()
    .map((name) => readFileSync(join(at, name), "utf-8"));
}

export function lawPack(): LawPack {
  const files = filesOf("field/rules/law/tables");
  return { digest: sha256OfText(files.join("")), since: "2022-04-01", files };
}

export function papersPack(setting: PapersPack["setting"] = {}): PapersPack {
  const files = filesOf("field/rules/documents/tables");
  return {
    digest: sha256OfText(files.join("")),
    files,
    setting: {
      authority: "江澜市公安局交通警察支队",
      seal: "pre_stamped",
      level: "city",
      government: "江澜市人民政府",
      court: "江澜市城东区人民法院",
      bank: "代收银行任一网点",
      office: "城东大队违法处理窗口",
      phone: "000-0000 0000",
      auxiliary_rule: "",
      ...setting,
    },
    form: {
      area: "330900",
      classes: { parking_notice: "5", simple_decision: "1", notice_to_appear: "3", measure_certificate: "2" },
      digits: 8,
      check: "mod_11_10",
    },
  };
}

/** The shipped catalogue; fields with commas stand in quotes, and none holds a line break. */
export function catalogue(): Offence[] {
  const [head = [], ...lines] = readFileSync(join(root, "deploy/catalogue/violation_codes.csv"), "utf-8")
    .trim()
    .split(/\r?\n/)
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map((one) => one[1] ?? one[2] ?? ""),
    );
  return lines
    .map((line) => Object.fromEntries(head.map((name, at) => [name, line[at] ?? ""])))
    .filter((row) => row["version_status"] !== "superseded")
    .map((row) => ({
      code: row["code"] ?? "",
      name: row["name_zh"] ?? "",
      py: [],
      category: row["category"] ?? "",
      fine_min: sum(row["fine_min"]),
      fine_max: sum(row["fine_max"]),
      fine: sum(row["fine_default"]),
      points: sum(row["points"]),
      measures: (row["measure"] ?? "").split(";").filter(Boolean),
      basis: row["legal_basis"] ?? "",
      penalty_basis: row["penalty_basis"] ?? "",
      from: row["valid_from"] ?? "",
      to: row["valid_to"] || null,
      confidence: row["confidence"] ?? "",
    }));
}

const sum = (written: string | undefined): number | null =>
  written !== undefined && /^\d+$/.test(written) ? Number(written) : null;
