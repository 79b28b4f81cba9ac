internal import CSQLite

/// A connection to an SQLite file; used by one thread.
final class Database {
    private let handle: OpaquePointer
    let path: String

    private init(adopting handle: OpaquePointer, path: String) {
        self.handle = handle
        self.path = path
    }

    /// Opens a file, in WAL mode so that readers and the one writer do not wait for each other.
    ///
    /// - Parameter readOnly: opens only a file that is there, and never changes it.
    static func open(_ path: String, readOnly: Bool) throws(DatabaseError) -> Database {
        var handle: OpaquePointer?
        let flags =
            readOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
        let status = sqlite3_open_v2(path, &handle, flags | SQLITE_OPEN_NOMUTEX, nil)
        guard let handle else {
            throw DatabaseError(code: status, message: "out of memory", path: path)
        }
        let database = Database(adopting: handle, path: path)
        guard status == SQLITE_OK else { throw database.lastError(status) }
        sqlite3_busy_timeout(handle, 5000)
        // NORMAL loses the last rows in a power cut, never the file; the clips are the truth.
        if !readOnly {
            // A short log, because it counts for the limit of the folder like everything else.
            try database.execute(
                """
                PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;
                PRAGMA wal_autocheckpoint=100; PRAGMA journal_size_limit=409600
                """)
        }
        return database
    }

    deinit { sqlite3_close_v2(handle) }

    /// Runs statements that return nothing.
    func execute(_ sql: String) throws(DatabaseError) {
        let status = sqlite3_exec(handle, sql, nil, nil, nil)
        guard status == SQLITE_OK else { throw lastError(status) }
    }

    /// Compiles one statement.
    func prepare(_ sql: String) throws(DatabaseError) -> Statement {
        var statement: OpaquePointer?
        let status = sqlite3_prepare_v2(handle, sql, -1, &statement, nil)
        guard status == SQLITE_OK, let statement else { throw lastError(status) }
        return Statement(adopting: statement, database: self)
    }

    /// Runs `body` so that all of its changes are kept or none.
    func transaction(_ body: () throws(DatabaseError) -> Void) throws(DatabaseError) {
        try execute("BEGIN IMMEDIATE")
        do throws(DatabaseError) {
            try body()
            try execute("COMMIT")
        } catch {
            // A failed rollback means that SQLite has rolled back already.
            try? execute("ROLLBACK")
            throw error
        }
    }

    func lastError(_ status: Int32) -> DatabaseError {
        DatabaseError(code: status, message: String(cString: sqlite3_errmsg(handle)), path: path)
    }
}

/// A compiled statement, used over and over.
final class Statement {
    private let handle: OpaquePointer
    private let database: Database

    init(adopting handle: OpaquePointer, database: Database) {
        self.handle = handle
        self.database = database
    }

    deinit { sqlite3_finalize(handle) }

    /// Runs the statement with values for its parameters and shows each row that it returns.
    func run(
        _ values: [DatabaseValue] = [], row: (DatabaseRow) -> Void = { _ in }
    ) throws(DatabaseError) {
        defer {
            sqlite3_reset(handle)
            sqlite3_clear_bindings(handle)
        }
        for (index, value) in values.enumerated() { try bind(value, at: Int32(index + 1)) }
        while true {
            let status = sqlite3_step(handle)
            switch status {
            case SQLITE_ROW: row(DatabaseRow(statement: handle))
            case SQLITE_DONE: return
            default: throw database.lastError(status)
            }
        }
    }

    /// Instructions of SQLite's machine that all runs took so far: effort that no clock measures.
    var effort: Int { Int(sqlite3_stmt_status(handle, SQLITE_STMTSTATUS_VM_STEP, 0)) }

    private func bind(_ value: DatabaseValue, at index: Int32) throws(DatabaseError) {
        let status =
            switch value {
            case .null: sqlite3_bind_null(handle, index)
            case .integer(let number): sqlite3_bind_int64(handle, index, number)
            case .text(let text):
                csqlite_bind_text(handle, index, text, Int32(clamping: text.utf8.count))
            case .blob(let bytes):
                csqlite_bind_blob(handle, index, bytes, Int32(clamping: bytes.count))
            }
        guard status == SQLITE_OK else { throw database.lastError(status) }
    }
}

/// A value as SQLite stores it.
enum DatabaseValue: Hashable, Sendable {
    case null
    case integer(Int64)
    case text(String)
    case blob([UInt8])

    init(_ text: String?) { self = text.map(Self.text) ?? .null }
    init<Number: BinaryInteger>(_ number: Number) { self = .integer(Int64(clamping: number)) }
}

/// The present row of a statement; valid only while it is shown.
struct DatabaseRow {
    fileprivate let statement: OpaquePointer

    func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(statement, column) }

    func integerIfSet(_ column: Int32) -> Int64? {
        sqlite3_column_type(statement, column) == SQLITE_NULL ? nil : integer(column)
    }

    func number<Number: FixedWidthInteger>(_ column: Int32) -> Number {
        Number(clamping: integer(column))
    }

    func text(_ column: Int32) -> String? {
        sqlite3_column_text(statement, column).map { String(cString: $0) }
    }

    func blob(_ column: Int32) -> [UInt8] {
        let count = Int(sqlite3_column_bytes(statement, column))
        guard let bytes = sqlite3_column_blob(statement, column) else { return [] }
        return Array(UnsafeRawBufferPointer(start: bytes, count: count))
    }
}

/// A call of SQLite that failed.
public struct DatabaseError: Error, Hashable, Sendable, CustomStringConvertible {
    /// SQLite's result code.
    public let code: Int32
    /// SQLite's words.
    public let message: String
    /// The file.
    public let path: String

    /// What failed and what to do: an index is never precious.
    public var description: String {
        "\(path): \(message); the index can be made anew with: cctv index rebuild"
    }

    /// Whether the file is no database, or a damaged one.
    var isDamage: Bool { [SQLITE_CORRUPT, SQLITE_NOTADB].contains(code & 0xff) }
}
