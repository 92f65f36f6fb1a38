package dev.moat.notation.text;

import dev.moat.notation.text.Token.Kind;
import dev.moat.notation.tree.At;
import dev.moat.notation.tree.Edit;
import dev.moat.notation.tree.Expr;
import dev.moat.notation.tree.Source;
import dev.moat.notation.tree.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Reads edits. */
class EditParser extends Statements {
    static final Set<String> ACTORS = Set.of("guest", "hypervisor", "device", "iommu");
    private static final Set<String> KINDS =
            Set.of("drop", "move", "swap", "take", "copy", "redirect", "stop", "replace", "delete", "insert");
    private static final Set<String> OUTCOMES = Set.of("next", "loop", "fail", "done");
    private static final Set<String> SIDES = Set.of("before", "after");

    EditParser(Source source, List<Token> tokens) {
        super(source, tokens);
    }

    /** One and more, each on a line or behind a semicolon. */
    List<Edit> edits() {
        List<Edit> all = new ArrayList<>();
        skipEnds();
        while (isKind(Kind.NAME) && !isItem()) {
            all.add(edit());
            endStatement();
            skipEnds();
        }
        if (all.isEmpty()) {
            throw wrong("an edit");
        }
        return all;
    }

    /** The only one of a text. */
    Edit onlyEdit() {
        Edit edit = edit();
        if (!isKind(Kind.END)) {
            throw wrong("the end of the edit, as each has an --edit of its own,");
        }
        return edit;
    }

    private Edit edit() {
        At at = at();
        return switch (oneOf("an edit", KINDS)) {
            case "drop" -> drop(at);
            case "take" -> locking(at, true, name("the name of a lock"));
            case "move" -> {
                String label = label();
                boolean before = side();
                yield new Edit.Move(at, label, before, label(), operation());
            }
            case "swap" -> {
                String label = label();
                expect(",");
                yield new Edit.Swap(at, label, label(), operation());
            }
            case "copy" -> {
                String label = label();
                expect("as");
                String as = label();
                expect("on");
                String from = label();
                expect("->");
                yield new Edit.Copy(at, label, as, from, label(), operation());
            }
            case "redirect" -> {
                String label = label();
                expect("->");
                String from = label();
                String outcome = accept("on") ? oneOf("an outcome", OUTCOMES) : "";
                expect("to");
                yield new Edit.Redirect(at, label, from, outcome, label(), operation());
            }
            case "stop" -> {
                expect("after");
                yield new Edit.Stop(at, label(), operation());
            }
            case "replace" -> replace(at);
            case "delete" -> new Edit.Delete(at, code(this::onlyStatement), scope());
            default -> insert(at);
        };
    }

    /** Of steps, or where a side follows the first name of a lock. */
    private Edit drop(At at) {
        String first = label();
        if (is("[") || is("before") || is("after")) {
            return locking(at, false, first);
        }
        List<String> labels = new ArrayList<>(List.of(first));
        while (accept(",")) {
            labels.add(label());
        }
        String operation = operation();
        boolean unless = is("unless");
        boolean conditional = accept("if") || accept("unless");
        return new Edit.Drop(at, labels, operation, conditional ? name("a slot of the CPU") : "", unless);
    }

    private Edit locking(At at, boolean takes, String lock) {
        String index = "";
        if (accept("[")) {
            index = isKind(Kind.NUMBER) ? String.valueOf(number("a number")) : name("a slot of the CPU, or a number");
            expect("]");
        }
        boolean before = side();
        return new Edit.Locking(at, takes, lock, index, before, label(), operation());
    }

    private boolean side() {
        return oneOf("before or after", SIDES).equals("before");
    }

    private Edit replace(At at) {
        if (accept("def")) {
            String name = name("the name of a definition");
            expect("=");
            return new Edit.Redefine(at, name, expr());
        }
        Expr what = code(this::onlyExpr);
        expect("by");
        return new Edit.Replace(at, what, code(this::onlyExpr), scope());
    }

    private Edit insert(At at) {
        List<Statement> what = code(this::run);
        boolean before = side();
        return new Edit.Insert(at, what, before, code(this::onlyStatement), scope());
    }

    private Statement onlyStatement() {
        skipEnds();
        return statement();
    }

    private Expr onlyExpr() {
        skipEnds();
        return expr();
    }

    private String label() {
        return name("a label");
    }

    private String operation() {
        expect("in");
        return name("an operation");
    }

    private Edit.Scope scope() {
        if (behindLines().is("in")) {
            skipLines();
        }
        At at = at();
        expect("in");
        String of = name("an operation, an action, a procedure or a definition");
        return new Edit.Scope(at, of, accept("at") ? label() : "");
    }
}
