extension DestinationFinding {
  /// The identifiers of all that a destination can answer.
  ///
  /// An accepted hazard (`KnownDefect`) names one of these: another one would never be found.
  public static let identifiers: Set<String> = [
    // Losses, and forms that can not be written.
    "SDEI-C001", "SDEI-C003", "SDEI-C004", "SDEI-C006", "SDEI-C010", "SDEI-C011",
    "SDEI-C012", "SDEI-C013",
    // What was noticed while the state was read.
    "SDEI-D020", "SDEI-D021", "SDEI-D022", "SDEI-D023", "SDEI-D024", "SDEI-D025",
    "SDEI-D026", "SDEI-D027", "SDEI-D031", "SDEI-D032", "SDEI-D033", "SDEI-D034", "SDEI-D040",
    "SDEI-D050", "SDEI-D051", "SDEI-D052", "SDEI-D053", "SDEI-D054", "SDEI-D055",
    "SDEI-L001", "SDEI-L002", "SDEI-L003",
    // Refusals of the commands.
    "SDEI-T001", "SDEI-T002", "SDEI-T003", "SDEI-T004", "SDEI-T005", "SDEI-T006",
    "SDEI-T007", "SDEI-T008", "SDEI-T009", "SDEI-T010", "SDEI-T011", "SDEI-T012",
    "SDEI-T013", "SDEI-T014", "SDEI-T015", "SDEI-T016", "SDEI-T017", "SDEI-T018",
    "SDEI-T021", "SDEI-T022", "SDEI-T023", "SDEI-T024", "SDEI-T025", "SDEI-T026",
    "SDEI-T027", "SDEI-T028", "SDEI-T029", "SDEI-T030", "SDEI-T031", "SDEI-T032",
    // What the commands do with what they took.
    "SDEI-T101", "SDEI-T102", "SDEI-T103", "SDEI-T104", "SDEI-T105", "SDEI-T106",
    "SDEI-T107", "SDEI-T108", "SDEI-T109", "SDEI-T110", "SDEI-T111", "SDEI-T112",
    "SDEI-T113", "SDEI-T114", "SDEI-T115", "SDEI-T116", "SDEI-T117", "SDEI-T118",
    "SDEI-T119", "SDEI-T120", "SDEI-T121", "SDEI-T122", "SDEI-T123", "SDEI-T124",
    "SDEI-T131", "SDEI-T132", "SDEI-T133",
    "SDEI-T134", "SDEI-T135", "SDEI-T136", "SDEI-T137", "SDEI-T138", "SDEI-T139",
    // Room, events, the instance, DEN0054.
    "SDEI-T200", "SDEI-T201", "SDEI-T202", "SDEI-T203", "SDEI-T204", "SDEI-T205",
    "SDEI-T206", "SDEI-T207", "SDEI-T210", "SDEI-T211", "SDEI-T212", "SDEI-T213",
    "SDEI-T214", "SDEI-T215", "SDEI-T216", "SDEI-T220", "SDEI-T221", "SDEI-T222",
    "SDEI-T223", "SDEI-T230", "SDEI-T231", "SDEI-T232", "SDEI-T233", "SDEI-T234",
    "SDEI-T235", "SDEI-T240", "SDEI-T241", "SDEI-T242", "SDEI-T243", "SDEI-T244",
    "SDEI-T245",
    // What is worth knowing, and accepted hazards.
    "SDEI-T250", "SDEI-T251", "SDEI-T252", "SDEI-T253", "SDEI-T254", "SDEI-T255",
    "SDEI-T256", "SDEI-T257", "SDEI-T258", "SDEI-T260", "SDEI-T261", "SDEI-T262",
  ]
}
