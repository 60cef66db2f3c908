import Glibc

/// The home folder that `~` and `~user` stand for at a path's start.
///
/// No shell writes it out for words typed at the prompt, so everything in this module that is given a path does. A file
/// whose name begins with `~` is reached as `./~name`.
public enum HomeFolder {
  /// The path with its `~` or `~user` written out; any other path as it is. What a `FileShadow` holds is found there.
  ///
  /// - Parameter home: the folder of `~` itself; nil where none is known.
  /// - Throws: `FileError.noHome` for a user that there is not, and for `~` itself where no home is known: a folder of
  ///   that name is never meant.
  public static func expanding(
    _ path: String, home: @autoclosure () -> String? = ownHome
  ) throws(FileError) -> String {
    let path = try writtenOut(path, home: home)
    return FileShadow.current?.existing(path) ?? path
  }

  private static func writtenOut(_ path: String, home: () -> String?) throws(FileError) -> String {
    guard path.hasPrefix("~") else { return path }
    let user = path.dropFirst().prefix { $0 != "/" }
    guard let folder = user.isEmpty ? home() : folder(of: String(user)) else {
      throw .noHome(file: path, user: String(user))
    }
    return folder + path.dropFirst(1 + user.count)
  }

  /// The folder that HOME names; without it, the one that the system knows for the user.
  public static var ownHome: String? {
    if let named = getenv("HOME"), named.pointee != 0 { return String(cString: named) }
    return getpwuid(getuid()).flatMap { $0.pointee.pw_dir }.map { String(cString: $0) }
  }

  private static func folder(of user: String) -> String? {
    getpwnam(user).flatMap { $0.pointee.pw_dir }.map { String(cString: $0) }
  }
}
