import Glibc
import Platform
import TestSupport
import Testing

/// Files that are read and replaced as a whole.
struct WholeFileTests {
    private let folder = TemporaryDirectory()

    private func text(_ name: String) throws -> String {
        String(decoding: try WholeFile.read(folder.file(name)), as: UTF8.self)
    }

    @Test func `a file that is replaced has its new bytes and permissions, and leaves no draft`()
        throws
    {
        for (content, mode) in [("old", 0o600), ("a longer text", 0o644), ("", 0o640)] {
            let path = folder.file("a")
            try WholeFile.replace(path, with: Array(content.utf8), mode: mode_t(mode))
            try WholeFile.sync(folderOf: path)
            #expect(try text("a") == content)
            var status = stat()
            #expect(stat(path, &status) == 0 && status.st_mode & 0o7777 == mode_t(mode))
        }
        #expect(folder.names() == ["a"])
    }

    @Test(.enabled(if: geteuid() == 0)) func `root leaves a file its owner`() throws {
        let (path, model) = (folder.file("a"), folder.file("model"))
        try WholeFile.replace(model, with: [], mode: 0o600)
        #expect(chown(model, 65534, 65533) == 0)
        try WholeFile.replace(path, with: [], mode: 0o640, ownedAs: model)
        var status = stat()
        #expect(stat(path, &status) == 0 && status.st_mode & 0o7777 == 0o640)
        #expect(status.st_uid == 65534 && status.st_gid == 65533)
        try WholeFile.replace(path, with: [], mode: 0o640)
        #expect(stat(path, &status) == 0 && status.st_uid == 0)
    }

    @Test func `who reads while a file is replaced has the old one to its end`() throws {
        try WholeFile.replace(folder.file("a"), with: Array("old".utf8), mode: 0o600)
        let reader = try OwnedDescriptor.open(folder.file("a"), O_RDONLY)
        try WholeFile.replace(folder.file("a"), with: Array("new".utf8), mode: 0o600)
        var bytes = [UInt8](repeating: 0, count: 9)
        #expect(read(reader.number, &bytes, 9) == 3)
        #expect(bytes.prefix(3).elementsEqual("old".utf8))
    }

    @Test func `a draft that a crash left, or a link in its place, is not written to`() throws {
        try WholeFile.replace(folder.file("victim"), with: Array("mine".utf8), mode: 0o600)
        #expect(symlink(folder.file("victim"), folder.file("a.new")) == 0)
        try WholeFile.replace(folder.file("a"), with: Array("new".utf8), mode: 0o600)
        #expect(try text("a") == "new")
        #expect(try text("victim") == "mine")
        #expect(folder.names() == ["a", "victim"])
    }

    @Test func `what cannot be replaced stays, and the error names it`() throws {
        #expect(mkdir(folder.file("full"), 0o700) == 0)
        try WholeFile.replace(folder.file("full/b"), with: [1], mode: 0o600)
        let taken = #expect(throws: SystemError.self) {
            try WholeFile.replace(folder.file("full"), with: [2], mode: 0o600)
        }
        #expect(taken == SystemError(call: "rename", subject: folder.file("full"), code: EISDIR))
        #expect(folder.names() == ["full"] && folder.names(in: "full") == ["b"])
        let missing = #expect(throws: SystemError.self) {
            try WholeFile.replace(folder.file("none/a"), with: [2], mode: 0o600)
        }
        #expect(
            missing == SystemError(call: "open", subject: folder.file("none/a.new"), code: ENOENT))
    }

    @Test func `a file that is too long is not read, and a pipe holds nobody up`() throws {
        try WholeFile.replace(folder.file("a"), with: [1, 2, 3], mode: 0o600)
        #expect(try WholeFile.read(folder.file("a"), limit: 3) == [1, 2, 3])
        let error = #expect(throws: SystemError.self) {
            try WholeFile.read(folder.file("a"), limit: 2)
        }
        #expect(error == SystemError(call: "read", subject: folder.file("a"), code: EFBIG))
        #expect(mkfifo(folder.file("pipe"), 0o600) == 0)
        #expect(try WholeFile.read(folder.file("pipe")) == [])
    }

    @Test func `the folder of a path is what lies before its last slash`() {
        #expect(WholeFile.folder(of: "/srv/cctv/a") == "/srv/cctv")
        #expect(WholeFile.folder(of: "/a") == "/")
        #expect(WholeFile.folder(of: "a") == ".")
    }
}
