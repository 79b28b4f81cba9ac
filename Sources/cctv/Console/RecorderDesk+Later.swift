import Console

extension RecorderDesk {
    private static var later: RecorderFailure {
        RecorderFailure(.unavailable, code: "later", "This is not there yet.")
    }
    func export(_ request: ExportDraft) async throws(RecorderFailure) -> [ExportRecord] {
        throw Self.later
    }
    func removeExport(_ id: Int64) async throws(RecorderFailure) { throw Self.later }
    func exports() async -> [ExportRecord] { [] }
    func estimate(_ request: ExportDraft) async throws(RecorderFailure) -> ExportEstimate {
        throw Self.later
    }
    func exportFile(
        _ id: Int64, _ part: ExportPart
    ) async throws(RecorderFailure) -> ServedFile { throw Self.later }
}
