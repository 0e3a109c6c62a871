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
    // Only a transcript's own findings are not made anew by whoever shows the document.
    result.findings =
      KVMTranscripts.formats.contains(format) ? KVMTranscripts.noticed(result.snapshot) : []
    result.unknownRecords = []
    result.facts = []
    return (result, redactor.summary)
  }
}
