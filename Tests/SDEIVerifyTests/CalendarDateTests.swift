import SDEIVerify
import Testing

@Suite("Days")
struct CalendarDateTests {
  @Test(
    "days of the calendar are read and written alike",
    arguments: ["0000-01-01", "2024-02-29", "2000-02-29", "2026-12-31", "9999-04-30"]
  )
  func valid(text: String) {
    #expect(CalendarDate(text)?.description == text)
  }

  @Test(
    "other forms, and days that no month has, are none",
    arguments: [
      "", "2026-1-1", "2026-01-1", "26-01-01", "2026/01/01", "2026-01-01 ", "2026-13-01",
      "2026-00-10", "2026-01-00", "2026-01-32", "2026-04-31", "2025-02-29", "1900-02-29",
      "+026-01-01", "2026-01-+1", "２026-01-01", "2026-01-01-01",
    ]
  )
  func invalid(text: String) {
    #expect(CalendarDate(text) == nil)
  }

  @Test("days are ordered by time")
  func order() throws {
    let days = try ["2025-12-31", "2026-01-01", "2026-01-02", "2026-02-01"].map {
      try #require(CalendarDate($0))
    }
    #expect(days.shuffled().sorted() == days)
  }
}
