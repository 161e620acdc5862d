/** Articles in full, as a paper names them, from the catalogue's short way: `道交法93条2款` is 《中华人民共和国道路交通安全法》第93条第2款. */

const LAWS: readonly (readonly [string, string])[] = [
  ["道交法实施条例", "《中华人民共和国道路交通安全法实施条例》"],
  ["道路交通安全法实施条例", "《中华人民共和国道路交通安全法实施条例》"],
  ["实施条例", "《中华人民共和国道路交通安全法实施条例》"],
  ["道路交通安全法", "《中华人民共和国道路交通安全法》"],
  ["道交法", "《中华人民共和国道路交通安全法》"],
  ["驾驶证申领规定", "《机动车驾驶证申领和使用规定》"],
];

/** The basis with its laws and articles in full; a law that has no full name here stays as the catalogue writes it. */
export function citedInFull(basis: string): string {
  const parts = basis.split(/[、，,;；\s]+|->/).filter(Boolean);
  return parts
    .map((part) => {
      const [short, full] = LAWS.find(([name]) => part.startsWith(name)) ?? ["", ""];
      return full + part.slice(short.length).replace(/第?(\d+(?:\/\d+)*)(条|款|项)/g, "第$1$2");
    })
    .join("、");
}

/** The articles of the procedure that provide a measure, in full, from a verdict's articles: `O157.31.1` is its article 31, item 1. */
export function measureInFull(articles: readonly string[]): string {
  return articles
    .flatMap((one) => {
      const [law, article = "", item] = one.split(".");
      if (law !== "O157" || !MEASURES.has(article)) return [];
      return [`《道路交通安全违法行为处理程序规定》第${article}条${item === undefined ? "" : `第${item}项`}`];
    })
    .join("、");
}
/** Vehicle, licence, towing and samples: Order 157. */
const MEASURES: ReadonlySet<string> = new Set(["27", "28", "31", "33", "34", "35", "36", "39"]);
