// server/store/sqlite.hpp: SQLite's connection and statement as values that clean up, with errors as values.
// Thread: one at a time; what passes them between threads has to order it.
// Owner: whoever holds them; a statement dies before its connection.
#pragma once

#include "core/result.hpp"

#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace tertulia::store::sqlite {

/// Bytes, where a string would be text.
struct blob {
    std::string_view bytes;
};

/// A prepared statement.
class statement {
public:
    statement() noexcept = default;

    /// Gives the values of ?1, ?2, … and goes back to the beginning. What strings refer to must live until the end of
    /// the last step.
    template <class... Values>
    statement& bind(const Values&... values) {
        reset();
        int place = 0;
        (put(++place, values), ...);
        return *this;
    }

    /// On to the next row; false: there is none, and it is back at the beginning, as it is after an error
    /// (`unavailable`, SQLite's own words).
    core::result<bool> step();
    /// For one that gives no rows.
    core::result<> run();
    /// Gives up the rows that are left, and with them the snapshot that they are read from.
    void reset() noexcept;

    // Columns of the row, from 0.
    [[nodiscard]] std::int64_t integer(int column) const noexcept;
    [[nodiscard]] std::uint64_t number(int column) const noexcept {
        return static_cast<std::uint64_t>(integer(column));
    }
    [[nodiscard]] std::string text(int column) const;
    [[nodiscard]] bool is_null(int column) const noexcept;

private:
    friend class connection;
    explicit statement(sqlite3_stmt* s) noexcept : of_(s) {}

    template <std::integral Number>
    void put(int place, Number value) {
        put_integer(place, static_cast<std::int64_t>(value));
    }
    template <std::integral Number>
    void put(int place, const std::optional<Number>& value) {
        if (value) put(place, *value);
    }
    void put(int place, std::string_view text);
    void put(int place, blob bytes);
    void put_integer(int place, std::int64_t value);

    struct finalize {
        void operator()(sqlite3_stmt* s) const noexcept;
    };
    std::unique_ptr<sqlite3_stmt, finalize> of_;
};

/// A connection. Waits two seconds for a lock that another process has.
class connection {
public:
    enum class access : std::uint8_t { read, write, create };

    /// Errors: unavailable, SQLite's own words. A file that is no database shows only when it is read.
    static core::result<connection> open(const std::string& path, access how);

    /// One or several statements without values.
    core::result<> execute(const std::string& sql);
    /// Errors: also of what the statement names and the schema doesn't have.
    core::result<statement> prepare(std::string_view sql);
    /// The first column of the first row; an error where there is none.
    core::result<std::int64_t> number(std::string_view sql);
    core::result<std::string> text(std::string_view sql);

    /// Copies all of this database, as it is at one moment, over what `to` holds; others may write to it meanwhile.
    core::result<> copy_to(connection& to);

    /// Whether no transaction is open.
    [[nodiscard]] bool idle() const noexcept;
    /// Rows that were written since it was opened.
    [[nodiscard]] std::int64_t rows_written() const noexcept;
    /// After a COMMIT that failed: whether its record may stand whole in the write-ahead log all the same, so that who
    /// opens the database when this process is gone finds it. Not where a page could not be written: the record is
    /// last.
    [[nodiscard]] bool may_have_committed() const noexcept;
    /// Asks `whether` now and then (after some thousand steps of SQLite's machine, or some hundred pages of a search's
    /// index) while a statement runs; once it says yes the statement ends with an error. Empty: asks no more.
    void stop_where(std::function<bool()> whether);
    /// Ends what is left of a transaction that failed.
    void roll_back() noexcept;

private:
    struct close {
        void operator()(sqlite3* c) const noexcept;
    };
    core::result<statement> first_row(std::string_view sql);

    std::unique_ptr<std::function<bool()>> stop_;
    std::unique_ptr<sqlite3, close> of_;
};

}  // namespace tertulia::store::sqlite
