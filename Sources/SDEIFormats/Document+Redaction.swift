public import SDEIModel

extension Document {
  /// The document with pseudonyms in the place of addresses (`Redactor`), and what was replaced.
  ///
  /// Records of unknown types and what else the file told are left out, since addresses may stand
  /// there, and findings are made from the redacted state.
  public func redacted() throws(RedactionError) -> (document: Document, summary: RedactionSummary) {
    let redactor = try Redactor(snapshot)
    var result = self
    result.snapshot = redactor.redacted(snapshot)
    // For the other formats whoever shows the document makes them anew.
    result.findings = format.noticesWhileRead ? KVMTranscripts.noticed(result.snapshot) : []
    result.unknownRecords = []
    result.facts = []
    return (result, redactor.summary)
  }
}
