// A ranked search in English over entries whose fields are texts. It knows nothing of the page.
const AnswerKeySearch = (() => {
  const STOP_WORDS = new Set(
    `a about an and any are as at be been being but by can could did do does doing for from get had
    has have having how i if in inside into is it its me my not of on or our shall should so some
    than that the their them then there these they this those to us use used uses using v versus
    vs was we were what when where which who why will with within would you your`.split(/\s+/),
  );

  // Who asks with one of these may read the answer with another.
  const ALIKE = [
    "slow fast speed performance longer quick",
    "bug debug breakpoint",
    "save load restore serialize store export persist",
    "error exception raise fail refuse crash",
    "copy share view alias",
    "make create build construct",
    "change modify mutate assign update",
    "convert cast turn",
    "random seed reproducible",
    "mean average",
    "difference differ distinct compare",
    "class subclass",
    "once single first",
    "remove delete drop",
    "argument parameter",
    "show display log report",
    "freeze frozen",
    "own custom",
  ];

  // The fields in which a word that is rare tells what an entry is about; any code has `print`.
  const TELLING = new Set(["title", "details", "messages", "names"]);
  const LONG = 12; // words
  const ENOUGH = 5; // the weight of a word with which half of its worth is reached

  // What the forms of a word have in common, British or American: serializ of serialisation.
  const stemmed = (word) =>
    /[\d._]/.test(word) || word.length < 4
      ? word
      : word
          .replace(/ie[sd]$/, "y")
          .replace(/(?<=ss|[xz]|[cs]h)es$|(?<=[^isu])s$/, "")
          .replace(/(?<=...)ly$/, "")
          .replace(/(?<=...)is(?=(?:e|ed|ing|er|ation|able)$)/, "iz")
          .replace(/(?<=...)our/, "or")
          .replace(/(?<=...)(?:ations?|ions?|able|ible|ing|ed|er|e)$/, "")
          .replace(/(?<=..)([^aeiouls])\1$/, "$1");

  // The words of a text; of tf.keras.Model, SavedModel and run_eagerly also the parts.
  const words = (text) =>
    [...text.matchAll(/[\p{L}\p{N}_]+(?:\.[\p{L}\p{N}_]+)*/gu)].map(({ 0: written, index }) => {
      const parts = written.match(/\p{Lu}?\p{Ll}+|\p{Lu}+(?!\p{Ll})|\p{N}+/gu) ?? [];
      const word = written.toLowerCase();
      return {
        word,
        index,
        end: index + written.length,
        stem: stemmed(word),
        parts: parts.length > 1 ? parts.map((part) => stemmed(part.toLowerCase())) : [],
      };
    });

  const telling = (found) => found.filter(({ word }) => !STOP_WORDS.has(word));

  const alike = new Map();
  for (const stems of ALIKE.map((group) => group.split(" ").map(stemmed))) {
    for (const stem of stems) {
      alike.set(stem, stems);
    }
  }

  // How many letters to change, add, drop or swap with the next make one word of another.
  const distance = (one, other) => {
    let [older, old] = [[], Array.from({ length: other.length + 1 }, (_, index) => index)];
    for (let i = 1; i <= one.length; i++) {
      const row = [i];
      for (let j = 1; j <= other.length; j++) {
        const change = old[j - 1] + (one[i - 1] !== other[j - 1]);
        row[j] = Math.min(old[j] + 1, row[j - 1] + 1, change);
        if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) {
          row[j] = Math.min(row[j], older[j - 2] + 1);
        }
      }
      [older, old] = [old, row];
    }
    return old[other.length];
  };

  const addTo = (sums, key, value) => sums.set(key, (sums.get(key) ?? 0) + value);

  return class {
    static words = words;

    // `weights` tells how much a word counts in each field.
    constructor(weights) {
      this.weights = weights;
      this.entries = [];
      this.holders = new Map(); // of each stem and field, the entries that hold it, and how much
      this.spellings = new Map(); // of each stem, the shortest word that has it
    }

    // Take in an entry; what is worth more than others of as many words has a higher `worth`.
    add(entry, fields, worth = 1) {
      const index = this.entries.length;
      const orders = [];
      for (const [field, text] of Object.entries(fields)) {
        const found = words(text);
        for (const [stem, count] of this.#counts(found)) {
          const held = count / (count + 0.3 + text.length / 600);
          this.#holders(stem, field).set(index, held);
        }
        if (field !== "code") {
          orders.push(` ${telling(found).map(({ stem }) => stem).join(" ")} `);
        }
      }
      this.entries.push({ entry, worth, order: orders.join("|") });
    }

    // What is found, the best first, and the terms it was found by.
    find(query) {
      const terms = this.#terms(query);
      const total = terms.reduce((sum, { rarity }) => sum + rarity, 0);
      const hits = new Map();
      for (const { meant, rarity } of terms) {
        for (const [index, { worth, factor, isInTitle }] of this.#bestHolders(meant)) {
          const hit = hits.get(index) ?? { score: 0, share: 0, titleShare: 0, count: 0 };
          hit.score += rarity * worth;
          hit.share += (rarity * factor) / total;
          hit.titleShare += isInTitle ? (rarity * factor) / total : 0;
          hit.count += 1;
          hits.set(index, hit);
        }
      }
      const pairs = terms.slice(1).map(({ stem }, i) => ` ${terms[i].stem} ${stem} `);
      const found = [...hits].map(([index, { score, share, titleShare, count }]) => {
        const { entry, worth, order } = this.entries[index];
        const together = pairs.filter((pair) => order.includes(pair)).length;
        return {
          entry,
          isWhole: count === terms.length,
          score: score * worth * share ** 2 * (1 + titleShare ** 2) * (1 + together / 2),
        };
      });
      return { terms, found: found.sort((one, other) => other.score - one.score) };
    }

    #holders(stem, field) {
      const fields = this.holders.get(stem) ?? new Map();
      this.holders.set(stem, fields);
      fields.set(field, fields.get(field) ?? new Map());
      return fields.get(field);
    }

    #counts(found) {
      const counts = new Map();
      for (const { word, stem, parts } of found) {
        addTo(counts, stem, 1);
        if (!(this.spellings.get(stem)?.length <= word.length)) {
          this.spellings.set(stem, word);
        }
        for (const part of parts) {
          addTo(counts, part, word.includes(".") ? 0.8 : 0.4);
        }
      }
      return counts;
    }

    // The words asked for, and how surely each of the stems that it may stand for is meant. Of a
    // long text, such as a pasted traceback, only the words that are known.
    #terms(query) {
      const all = words(query);
      const asked = new Map(telling(all).map((word) => [word.stem, word]));
      const isLong = asked.size > LONG;
      const terms = (asked.size ? [...asked.values()] : all).map((term, i, { length }) => {
        const meant = new Map();
        const mean = (stem, factor) => {
          if (this.holders.has(stem) && factor > (meant.get(stem) ?? 0)) {
            meant.set(stem, factor);
          }
        };
        mean(term.stem, 1);
        if (!meant.size && i === length - 1) {
          this.#begun(term).forEach((stem) => mean(stem, 0.6)); // it is still being typed
        }
        term.parts.forEach((part) => mean(part, 0.5));
        alike.get(term.stem)?.forEach((stem) => mean(stem, 0.6));
        const isKnown = meant.size > 0;
        if (!isKnown && !isLong) {
          this.#near(term).forEach((stem) => mean(stem, 0.6));
        }
        const nearest = isKnown ? null : this.spellings.get([...meant.keys()][0]);
        return { ...term, meant, isKnown, nearest, rarity: this.#rarity(this.#tellingOf(meant)) };
      });
      const known = terms.filter(({ isKnown }) => isKnown);
      return isLong && known.length ? known : terms;
    }

    #begun({ word }) {
      return [...this.holders.keys()].filter((stem) => stem.startsWith(word));
    }

    // The stems that a word misspelt may be meant for.
    #near({ word, stem }) {
      const most = word.length > 6 ? 2 : word.length > 3 ? 1 : 0;
      let [near, least] = [[], most];
      for (const other of this.holders.keys()) {
        const isComparable = Math.abs(other.length - stem.length) <= least;
        const letters = isComparable ? distance(stem, other) : Infinity;
        if (letters < least || (letters === least && least > 0)) {
          [near, least] = [letters < least ? [other] : [...near, other], letters];
        }
      }
      return near;
    }

    // How many entries tell of what is most surely meant.
    #tellingOf(meant) {
      const surest = Math.max(0, ...meant.values());
      const found = new Set();
      for (const [stem, factor] of meant) {
        for (const [field, held] of this.holders.get(stem)) {
          if (factor === surest && TELLING.has(field)) {
            held.forEach((_, index) => found.add(index));
          }
        }
      }
      return found.size;
    }

    #rarity(count) {
      return Math.log(1 + (this.entries.length - count + 0.5) / (count + 0.5));
    }

    // Of each entry that holds one of the stems, what the one worth most is worth.
    #bestHolders(meant) {
      const best = new Map();
      for (const [stem, factor] of meant) {
        const fields = this.holders.get(stem);
        const sums = new Map();
        for (const [field, held] of fields) {
          const weight = this.weights[field] * this.#rarity(held.size);
          held.forEach((share, index) => addTo(sums, index, weight * share));
        }
        for (const [index, sum] of sums) {
          const worth = (factor * sum) / (sum + ENOUGH);
          if (worth > (best.get(index)?.worth ?? 0)) {
            best.set(index, { worth, factor, isInTitle: fields.get("title")?.has(index) });
          }
        }
      }
      return best;
    }
  };
})();
