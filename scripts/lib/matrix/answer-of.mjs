/** What came of it as text: the value as JSON, or code, sentence and details of the error. */
export function answerOf(ask) {
  try {
    return JSON.stringify(ask());
  } catch (error) {
    const { code, message, details } = error;
    if (code === undefined) throw error;
    return JSON.stringify({ code, message, details });
  }
}
