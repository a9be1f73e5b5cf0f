"""Everyday words of work, money, papers and devices: English|German|French|Chinese."""

from __future__ import annotations

CONCEPTS = """
career|karriere,laufbahn|carrière|职业生涯,事业
branch|filiale,zweigstelle|succursale,agence|分行,分店,支行
project|projekt|projet|项目
task|aufgabe|tâche|任务
schedule|zeitplan,fahrplan|horaire,calendrier|日程,时间表
report|bericht|rapport|报告
presentation|präsentation,vortrag|présentation|演示,汇报,演讲
conference|konferenz,tagung|conférence,congrès|会议,大会
training,workshop|schulung,fortbildung,seminar|formation,stage,atelier|培训,研讨
promotion,promoted|beförderung,befördert|promotion,promu|升职,晋升
raise,pay rise|gehaltserhöhung|augmentation de salaire|加薪,涨工资
overtime|überstunden|heures supplémentaires|加班
sick leave,sick note|krankschreibung,krankgeschrieben|arrêt maladie,congé maladie|病假
parental leave,maternity leave|elternzeit,mutterschutz|congé parental,congé maternité|产假,育儿假
resigned,resign,notice|kündigung,gekündigt,kündigen|démission,démissionné|辞职
strike|streik|grève|罢工
supplier|lieferant|fournisseur|供应商
partner|partner|partenaire,associé|合作伙伴,合伙人
competitor|konkurrent,konkurrenz|concurrent,concurrence|竞争对手
product|produkt|produit|产品
research|forschung|recherche|研究
experiment|experiment,versuch|expérience|实验
scientist|wissenschaftler|scientifique|科学家
journalist|journalist|journaliste|记者
policeman,police officer|polizist|policier|警察
farmer,farm|bauer,bäuerin,bauernhof|agriculteur,ferme|农民,农场
gardener|gärtner|jardinier|园丁
waiter,waitress|kellner,bedienung|serveur,serveuse|服务员
driver|fahrer|chauffeur,conducteur|司机
pilot|pilot|pilote|飞行员
soldier|soldat|soldat|士兵
secretary|sekretärin,sekretär|secrétaire|秘书
accountant,accounting|buchhalter,buchhaltung,steuerberater|comptable,comptabilité|会计
tax return|steuererklärung|déclaration d'impôts|报税,纳税申报
tax office|finanzamt|centre des impôts,fisc|税务局
investment,invest,invested|investition,investiert,geldanlage|investissement,investi,placement|投资
fund,funds|fonds|fonds|基金
exchange rate|wechselkurs|taux de change|汇率
transfer,transferred|überweisung,überwiesen|virement,viré|转账,汇款
cash machine,atm|geldautomat|distributeur|取款机,自动取款
wallet,purse|geldbeutel,portemonnaie,brieftasche,geldbörse|portefeuille,porte-monnaie|钱包
credit card|kreditkarte|carte de crédit,carte bancaire|信用卡
coupon,voucher|gutschein|bon d'achat,bon cadeau|优惠券,代金券
tip|trinkgeld|pourboire|小费
sales tax,vat|mehrwertsteuer|tva|增值税
complaint,complained|beschwerde,reklamation,beschwert|réclamation,plainte|投诉
apology,apologised,apologized|entschuldigung,entschuldigt|excuses,excusé|道歉
power of attorney|vollmacht|procuration|授权书,委托书
witness|zeuge,zeugin|témoin|证人
signature|unterschrift|signature|签名
advice,recommend,recommended|rat,empfohlen,empfehlung,empfiehlt|conseil,conseillé,recommandé|建议,推荐
warning,warned|warnung,gewarnt|avertissement,averti|警告
reminder,remind|erinnerung,mahnung|rappel|提醒
send,sent|schicken,geschickt,gesendet|envoyer,envoyé|寄,发送,发给
win,won,winner|gewonnen,gewinner,gewinnt|gagné,gagnant,gagne|赢,获胜,中奖
install,installed|installiert,eingebaut,einbau|installé,installation|安装,装了
update,updated|aktualisierung,aktualisiert,update|mise à jour|更新,升级
delete,deleted|gelöscht|supprimé,effacé|删除
laptop,notebook|laptop,notebook|ordinateur portable|笔记本电脑
keyboard|tastatur|clavier|键盘
smartphone,cell phone|handy,smartphone|smartphone|手机
app,program,software|app,programm,software|application,logiciel|软件,应用,程序
data|daten|données|数据
switch|schalter|interrupteur|开关
fuse|sicherung|fusible|保险丝
television,tv|fernseher,fernsehen|télévision,télé|电视
radio|radio|radio|收音机
serial number|seriennummer|numéro de série|序列号
order number|bestellnummer,auftragsnummer|numéro de commande|订单号
customer number|kundennummer|numéro client|客户号
account number,iban|kontonummer,iban|numéro de compte,iban|账号,卡号
policy number|versicherungsnummer,policennummer|numéro de police|保单号
code,pin|code,pin,geheimzahl|code,mot de passe|密码,代码,验证码
workplace,position|arbeitsplatz,arbeitsstelle|emploi|职位,岗位
bonus|bonuszahlung,weihnachtsgeld|prime,bonus|奖金
agreement,agreed|vereinbarung,vereinbart|convenu|协议,约定
headquarters|zentrale,hauptsitz|siège social|总部
stocks|aktie,aktien|actions en bourse|股票
team|mannschaft,team|équipe|团队
department|abteilung|département|部门
choose,chose,chosen|gewählt,ausgesucht|choisi,choisir|选择,选了
night shift,shift|nachtschicht,schicht|équipe de nuit|轮班,夜班
socket,outlet,plug|steckdose,stecker|prise électrique,prise de courant|插座,插头
cable|kabel|câble|电缆,数据线
laboratory|labor|laboratoire|实验室
colour copier,copier|kopierer|photocopieuse|复印机
country,abroad|ausland,staat|pays,étranger|国家,国外
"""
