import FoundationEssentials
import Glibc
import HTTPTypes
import NIOPosix
import Platform
import Synchronization

/// The accounts of a console, in memory and in a file that only the recorder's user can read.
final class Accounts: Sendable {
    /// Why the accounts cannot be used, if so: nobody can log in then, and nothing is written.
    let failure: ConsoleError?
    private let folder: String
    private let book: Mutex<AccountBook>

    private var path: String { folder + "/accounts.json" }

    /// Reads the accounts of a folder; none if there is no file.
    ///
    /// A file that is there and cannot be read is not one without accounts, or whoever comes first
    /// would become the administrator.
    init(folder: String) {
        self.folder = folder
        let path = folder + "/accounts.json"
        do {
            let bytes = try StateFile.readPrivate(path)
            book = Mutex(try JSONDecoder().decode(AccountBook.self, from: Data(bytes)))
            failure = nil
        } catch let error as SystemError where error.code == ENOENT {
            book = Mutex(AccountBook())
            failure = nil
        } catch let error as ConsoleError {
            book = Mutex(AccountBook())
            failure = ConsoleError("The accounts are not used: \(error)")
        } catch {
            book = Mutex(AccountBook())
            failure = ConsoleError(
                "The accounts cannot be read: \(path): \(error). Mend the file, or remove it to "
                    + "set a new password.")
        }
    }

    /// The accounts as they are.
    var current: AccountBook { book.withLock { $0 } }

    /// Changes the accounts and saves them; nothing has changed when it throws.
    func change<Value: Sendable>(
        _ body: @escaping @Sendable (inout AccountBook) throws -> Value
    ) async throws -> Value {
        try await PasswordHash.thread.runIfActive {
            if let failure = self.failure {
                throw Problem(.internalServerError, "accounts.read", failure.description)
            }
            // One thread makes all changes, so nothing comes between reading and writing.
            var book = self.current
            let value = try body(&book)
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            do {
                try StateFile.replace(self.path, with: Array(encoder.encode(book)))
            } catch {
                throw Problem(
                    .internalServerError, "accounts.save", "The accounts cannot be saved: \(error)")
            }
            self.book.withLock { $0 = book }
            return value
        }
    }
}
