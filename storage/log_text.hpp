// From the bytes of one output stream to the lines of a log, wherever the stream is cut.
//
// A line ends at LF, CRLF, a CR before anything else, the cursor sequences ESC[u, ESC[r;cH,
// ESC[r;cf and ESC[2J, and a run of backspaces: progress bars become lines, as Buildbot shows them.
// What is not UTF-8 becomes U+FFFD; NUL is kept. Only whole lines come out.
#pragma once

#include <string>
#include <string_view>

#include "storage/codec.hpp"

namespace troupe {

/// A rest longer than this many characters does not wait for its end: when more arrives it becomes
/// lines of this length.
inline constexpr std::size_t line_characters_max = 4096;

/// One per stream; itself a described value, so that a command can be handed over in mid-line.
struct line_splitter {
  bytes pending;                ///< Bytes since the last line end, as they came.
  bool after_cr = false;        ///< A LF that comes first now belongs to the line end before it.
  bool after_backspace = false; ///< Likewise backspaces.
  TROUPE_FIELDS(pending, after_cr, after_backspace)

  /// Takes in what came; appends the lines that it completes to `out`, each with a LF.
  void append(std::string_view came, std::string& out);

  /// The stream is over: what waits becomes a line.
  void finish(std::string& out);

private:
  void cut(std::string& out);
  void fold(std::string_view text, std::size_t from, std::string& out);
};

/// Appends whole lines to `out`, each with `channel` in front, as stdio logs keep them.
void append_with_channel(std::string& out, char channel, std::string_view lines);

/// Appends stored lines without their channel letters.
void append_without_channel(std::string& out, std::string_view lines);

} // namespace troupe
