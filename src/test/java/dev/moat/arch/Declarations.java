package dev.moat.arch;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.lang.model.element.Modifier;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Reads declarations from sources, without compiling them. */
final class Declarations {
    private Declarations() {}

    /** All of some texts, in order. A record counts once: its compact or canonical constructor does not. */
    static List<Declaration> of(Collection<String> texts) {
        List<JavaFileObject> files = new ArrayList<>();
        for (String text : texts) {
            files.add(new SimpleJavaFileObject(URI.create("text:///T.java"), JavaFileObject.Kind.SOURCE) {
                @Override
                public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                    return text;
                }
            });
        }
        JavacTask task =
                (JavacTask) ToolProvider.getSystemJavaCompiler().getTask(null, null, problem -> {}, null, null, files);
        List<Declaration> all = new ArrayList<>();
        try {
            for (CompilationUnitTree unit : task.parse()) {
                new Scanner(unit, Trees.instance(task).getSourcePositions(), all).scan(unit, "");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all;
    }

    /** Walks a source with the name of the type around. */
    private static final class Scanner extends TreeScanner<Void, String> {
        private final CompilationUnitTree unit;
        private final SourcePositions positions;
        private final String packageName;
        private final List<Declaration> all;

        Scanner(CompilationUnitTree unit, SourcePositions positions, List<Declaration> all) {
            this.unit = unit;
            this.positions = positions;
            packageName = String.valueOf(unit.getPackageName());
            this.all = all;
        }

        @Override
        public Void visitClass(ClassTree type, String around) {
            String name = around.isEmpty() ? "" + type.getSimpleName() : around + "." + type.getSimpleName();
            int components = type.getKind() == Tree.Kind.RECORD ? components(type) : 0;
            all.add(new Declaration(packageName, name, components, 0, around.isEmpty()));
            for (Tree member : type.getMembers()) {
                boolean canonical = member instanceof MethodTree method
                        && type.getKind() == Tree.Kind.RECORD
                        && method.getName().contentEquals("<init>")
                        && method.getParameters().size() == components;
                if (!canonical) {
                    scan(member, name);
                }
            }
            return null;
        }

        private static int components(ClassTree record) {
            return (int) record.getMembers().stream()
                    .filter(member -> member instanceof VariableTree field
                            && !field.getModifiers().getFlags().contains(Modifier.STATIC))
                    .count();
        }

        @Override
        public Void visitMethod(MethodTree method, String around) {
            String name = around + "." + method.getName();
            all.add(new Declaration(packageName, name, method.getParameters().size(), lines(method), false));
            return super.visitMethod(method, around);
        }

        private int lines(MethodTree method) {
            Tree body = method.getBody() == null ? method : method.getBody();
            LineMap map = unit.getLineMap();
            long first = map.getLineNumber(positions.getStartPosition(unit, body));
            return (int) (map.getLineNumber(positions.getEndPosition(unit, body)) - first + 1);
        }
    }
}
