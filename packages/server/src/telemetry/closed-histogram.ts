export interface ClosedHistogramOptions {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
  /** Upper bounds, growing. */
  readonly buckets: readonly number[];
}

interface Series {
  readonly labels: string;
  /** One for each bound, and one for what is above all. */
  readonly counts: Float64Array;
  sum: number;
}

/**
 * A Prometheus histogram whose series are all known beforehand, so that a value costs an addition. prom-client's finds its series
 * anew for every value, and nine values for each execution show in what executions cost (`node bench/observer.mjs`).
 */
export class ClosedHistogram {
  readonly #options: ClosedHistogramOptions;
  readonly #series: Series[] = [];

  constructor(options: ClosedHistogramOptions) {
    this.#options = options;
  }

  /** @param values of the labels, in their order, which need no escaping. @returns what observes a value of this series */
  series(...values: readonly string[]): (value: number) => void {
    const { labelNames, buckets } = this.#options;
    const labels = labelNames.map((name, index) => `${name}="${values[index] ?? ""}"`).join(",");
    const series = { labels, counts: new Float64Array(buckets.length + 1), sum: 0 };
    this.#series.push(series);
    return (value) => {
      let index = 0;
      for (const bound of buckets) {
        if (value <= bound) break;
        index += 1;
      }
      series.counts[index] = (series.counts[index] ?? 0) + 1;
      series.sum += value;
    };
  }

  /** In Prometheus's text format, with an end of line. */
  text(): string {
    const { name, help } = this.#options;
    const lines = this.#series.flatMap((series) => this.#lines(series));
    return [`# HELP ${name} ${help}`, `# TYPE ${name} histogram`, ...lines, ""].join("\n");
  }

  #lines({ labels, counts, sum }: Series): string[] {
    const { name, buckets } = this.#options;
    let count = 0;
    const lines = Array.from(counts, (inBucket, index) => {
      count += inBucket;
      return `${name}_bucket{le="${String(buckets[index] ?? "+Inf")}",${labels}} ${String(count)}`;
    });
    return [...lines, `${name}_sum{${labels}} ${String(sum)}`, `${name}_count{${labels}} ${String(count)}`];
  }
}
