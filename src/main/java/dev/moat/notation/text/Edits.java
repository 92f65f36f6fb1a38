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
class Edits extends Statements {
    static final Set<String> ACTORS = Set.of("guest", "hypervisor", "device", "iommu");
    private static final Set<String> KINDS =
            Set.of("drop", "move", "copy", "redirect", "stop", "replace", "delete", "insert");

    Edits(Source source, List<Token> tokens) {
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

    private Edit edit() {
        At at = at();
        return switch (oneOf("an edit", KINDS)) {
            case "drop" -> new Edit.Drop(at, labels(), operation());
            case "move" -> {
                String label = label();
                String how = oneOf("before, after or ahead of", Set.of("before", "after", "ahead"));
                if (how.equals("ahead")) {
                    expect("of");
                }
                yield new Edit.Move(at, label, how, label(), operation());
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
                expect("to");
                yield new Edit.Redirect(at, label, from, label(), operation());
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
        boolean before = oneOf("before or after", Set.of("before", "after")).equals("before");
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

    private List<String> labels() {
        List<String> all = new ArrayList<>(List.of(label()));
        while (accept(",")) {
            all.add(label());
        }
        return all;
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
