/** For questions to the file system of which a failure says no more than that nothing is there. */
export function unlessFailing<Found>(find: () => Found): Found | undefined {
  try {
    return find();
  } catch {
    return undefined;
  }
}
